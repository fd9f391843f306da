import type { Api } from '../api/calls';
import type { Job } from '../api/types';

const FAILED = 10;
const LATER = 50; // jobs among which are those that tried again

/** Jobs that failed before anybody looked here, with later ones, which tell what was tried again. */
export async function previouslyFailed(api: Api): Promise<Job[]> {
  const { items } = await api.jobs({ status: ['failed', 'blocked'], limit: FAILED });
  const alone = items.some(({ schedule_id }) => schedule_id === null);
  const later = alone ? (await api.jobs({ limit: LATER })).items : [];
  return [...new Map([...later, ...items].map((job) => [job.id, job])).values()];
}
