import type { Job, LibraryImage, Schedule } from '../../lib/api/types';
import { isOpen, needsPerson } from '../../lib/text/jobs';

/** What stands in the strip above the images. */
export interface Now {
  /** Each with the job that runs for it, or failed for it a while ago. */
  schedules: { schedule: Schedule; job: Job | null }[];
  /** Jobs that no schedule of the strip asked for. */
  jobs: Job[];
  /** Open jobs that found no room. */
  more: number;
}

const SCHEDULES = 4;
const JOBS = 4;
const FAILURES = 2;
const DAY_MS = 24 * 60 * 60_000;
const FAILED_MS = 7 * DAY_MS; // of a schedule, unless it has painted since
const FAILED_ALONE_MS = DAY_MS;

/**
 * The schedules that come next, with what happens for them, then other jobs.
 *
 * A failure that needs a person stays until the job was tried again or its schedule has painted since, and in the
 * end goes by itself.  `latest` has the last image of each schedule.
 */
export function strip(
  schedules: Iterable<Schedule>,
  jobs: readonly Job[],
  now: Date,
  latest: ReadonlyMap<string, LibraryImage | null> = new Map(),
): Now {
  const retried = new Set(jobs.map(({ retry_of }) => retry_of));
  const troubles = jobs
    .filter((job) => needsPerson(job) && !retried.has(job.id) && isRecent(job, now, latest))
    .sort((a, b) => endedAt(a) - endedAt(b));
  const open = jobs.filter(isOpen);
  const shown = [...schedules]
    .map((schedule) => {
      const own = (job: Job) => job.schedule_id === schedule.id;
      return { schedule, job: open.find(own) ?? troubles.findLast(own) ?? null };
    })
    .filter(({ schedule, job }) => job !== null || (!schedule.paused && schedule.next_run_at !== null))
    .sort((a, b) => Number(b.job !== null) - Number(a.job !== null) || due(a.schedule) - due(b.schedule))
    .slice(0, SCHEDULES);
  const taken = new Set(shown.map(({ job }) => job?.id));
  const others = open.filter(({ id }) => !taken.has(id));
  const failed = troubles.filter(({ id, schedule_id }) => !taken.has(id) && schedule_id === null).slice(-FAILURES);
  return { schedules: shown, jobs: [...failed, ...others.slice(0, JOBS)], more: Math.max(0, others.length - JOBS) };
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
