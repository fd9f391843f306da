import type { Job, JobStatus } from '../../lib/api/types';
import { byTurn } from '../../lib/text/jobs';

export interface Filter {
  name: string;
  /** As the address has it. */
  show: string;
  statuses: JobStatus[];
}

/** What Activity can be narrowed to. */
export const FILTERS: Filter[] = [
  { name: 'All', show: 'all', statuses: [] },
  { name: 'At work', show: 'open', statuses: ['queued', 'writing', 'painting', 'storing', 'running'] },
  { name: 'Done', show: 'done', statuses: ['succeeded'] },
  { name: 'Needs you', show: 'trouble', statuses: ['failed', 'blocked'] },
  { name: 'Skipped, cancelled', show: 'skipped', statuses: ['skipped', 'cancelled'] },
];

export function filterOf(show: string): Filter {
  return FILTERS.find((filter) => filter.show === show) ?? (FILTERS[0] as Filter);
}

/**
 * What the list said and what has changed since; `live` wins, and only what the filter lets through.
 *
 * The newest come first; of what is at work, what is painted now, then what comes next.
 */
export function shown(listed: readonly Job[], live: Iterable<Job>, filter: Filter, schedule = ''): Job[] {
  const all = new Map(listed.map((job) => [job.id, job]));
  const oldest = listed.at(-1)?.created_at ?? '';
  for (const job of live) if (all.has(job.id) || job.created_at >= oldest) all.set(job.id, job);
  const found = [...all.values()].filter(
    (job) =>
      (filter.statuses.length === 0 || filter.statuses.includes(job.status)) &&
      (schedule === '' || job.schedule_id === schedule),
  );
  if (filter.show === 'open') return found.sort(byTurn);
  return found.sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
}
