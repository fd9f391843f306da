import type { Job, JobStatus } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { byQueueOrder } from '../../lib/text/jobs';

export interface Filter {
  name: string;
  /** The value of `show` in the page's URL. */
  show: string;
  statuses: JobStatus[];
}

/** The filters of the Activity page. */
export const FILTERS: Filter[] = [
  { name: m.activity_all(), show: 'all', statuses: [] },
  { name: m.activity_in_progress(), show: 'open', statuses: ['queued', 'writing', 'painting', 'storing', 'running'] },
  { name: m.activity_done(), show: 'done', statuses: ['succeeded'] },
  { name: m.activity_needs_attention(), show: 'trouble', statuses: ['failed', 'blocked'] },
  { name: m.activity_skipped_and_canceled(), show: 'skipped', statuses: ['skipped', 'cancelled'] },
];

export function filterOf(show: string): Filter {
  return FILTERS.find((filter) => filter.show === show) ?? (FILTERS[0] as Filter);
}

/**
 * The jobs of the list and newer ones of `live` that the filter and the schedule match. Where both have a job, `live` wins.
 *
 * Newest first; of jobs in progress, running jobs first, then the queue in its order.
 */
export function visibleJobs(listed: readonly Job[], live: Iterable<Job>, filter: Filter, schedule = ''): Job[] {
  const all = new Map(listed.map((job) => [job.id, job]));
  const oldest = listed.at(-1)?.created_at ?? '';
  for (const job of live) if (all.has(job.id) || job.created_at >= oldest) all.set(job.id, job);
  const matching = [...all.values()].filter(
    (job) =>
      (filter.statuses.length === 0 || filter.statuses.includes(job.status)) &&
      (schedule === '' || job.schedule_id === schedule),
  );
  if (filter.show === 'open') return matching.sort(byQueueOrder);
  return matching.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
}
