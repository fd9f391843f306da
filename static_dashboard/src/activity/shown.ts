import type { Job, JobStatus } from '../api/types';

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

/** What the list said and what has changed since, newest first; `live` wins, and only what the filter lets through. */
export function shown(listed: readonly Job[], live: Iterable<Job>, filter: Filter): Job[] {
  const all = new Map(listed.map((job) => [job.id, job]));
  const oldest = listed.at(-1)?.created_at ?? '';
  for (const job of live) if (all.has(job.id) || job.created_at >= oldest) all.set(job.id, job);
  return [...all.values()]
    .filter((job) => filter.statuses.length === 0 || filter.statuses.includes(job.status))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
}
