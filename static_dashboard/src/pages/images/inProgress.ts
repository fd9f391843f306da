import type { Job, LibraryImage, Schedule } from '../../lib/api/types';
import { isOpen, needsPerson } from '../../lib/text/jobs';

/** What the section above the images shows. */
export interface InProgress {
  /** The next schedules, each with its open or recently failed job. */
  schedules: { schedule: Schedule; job: Job | null }[];
  /** Jobs of no schedule above. */
  jobs: Job[];
  /** The number of open jobs that aren't shown. */
  more: number;
}

const MAX_SCHEDULES = 4;
const MAX_JOBS = 4;
const MAX_FAILURES = 2;
const DAY_MS = 24 * 60 * 60_000;
const FAILED_MS = 7 * DAY_MS; // of a schedule, unless it has generated an image since
const FAILED_ALONE_MS = DAY_MS;

/**
 * The next schedules with their jobs, and other jobs.
 *
 * A failed job is shown until it is retried, its schedule generates an image, or it is too old.  `latest` has the last
 * image of each schedule.
 */
export function inProgress(
  schedules: Iterable<Schedule>,
  jobs: readonly Job[],
  now: Date,
  latest: ReadonlyMap<string, LibraryImage | null> = new Map(),
): InProgress {
  const retried = new Set(jobs.map(({ retry_of }) => retry_of));
  const failures = jobs
    .filter((job) => needsPerson(job) && !retried.has(job.id) && isRecent(job, now, latest))
    .sort((a, b) => endedAt(a) - endedAt(b));
  const open = jobs.filter(isOpen);
  const shown = [...schedules]
    .map((schedule) => {
      const own = (job: Job) => job.schedule_id === schedule.id;
      return { schedule, job: open.find(own) ?? failures.findLast(own) ?? null };
    })
    .filter(({ schedule, job }) => job !== null || (!schedule.paused && schedule.next_run_at !== null))
    .sort((a, b) => Number(b.job !== null) - Number(a.job !== null) || due(a.schedule) - due(b.schedule))
    .slice(0, MAX_SCHEDULES);
  const taken = new Set(shown.map(({ job }) => job?.id));
  const others = open.filter(({ id }) => !taken.has(id));
  const failed = failures.filter(({ id, schedule_id }) => !taken.has(id) && schedule_id === null).slice(-MAX_FAILURES);
  return {
    schedules: shown,
    jobs: [...failed, ...others.slice(0, MAX_JOBS)],
    more: Math.max(0, others.length - MAX_JOBS),
  };
}

function isRecent(job: Job, now: Date, latest: ReadonlyMap<string, LibraryImage | null>): boolean {
  const age = now.getTime() - endedAt(job);
  if (job.schedule_id === null) return age < FAILED_ALONE_MS;
  const image = latest.get(job.schedule_id);
  return age < FAILED_MS && (image == null || Date.parse(image.created_at) < endedAt(job));
}

function endedAt(job: Job): number {
  return Date.parse(job.finished_at ?? job.updated_at);
}

function due({ next_run_at }: Schedule): number {
  return next_run_at === null ? Infinity : Date.parse(next_run_at);
}
