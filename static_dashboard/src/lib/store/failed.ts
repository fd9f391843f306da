import type { Api } from '../api/calls';
import type { Job } from '../api/types';

const MAX_FAILED = 10;
const MAX_LATER = 50; // includes retries of the failed jobs

/** Jobs that failed before the page was opened, with later jobs, which show the failed ones that were retried. */
export async function previouslyFailed(api: Api): Promise<Job[]> {
  const { items } = await api.jobs({ status: ['failed', 'blocked'], limit: MAX_FAILED });
  const hasSingleJobs = items.some(({ schedule_id }) => schedule_id === null);
  const later = hasSingleJobs ? (await api.jobs({ limit: MAX_LATER })).items : [];
  return [...new Map([...later, ...items].map((job) => [job.id, job])).values()];
}
