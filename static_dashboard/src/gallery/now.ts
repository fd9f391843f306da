import type { Job, Schedule } from '../api/types';
import { isOpen, needsPerson } from '../words/jobs';

/** What stands in the strip above the pictures. */
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
const FAILED_MS = 60 * 60_000;

/** The schedules that come next, with what happens for them, then other jobs; failures that need a person stay an hour. */
export function strip(schedules: Iterable<Schedule>, jobs: readonly Job[], now: Date): Now {
  const troubles = jobs.filter(
    (job) => needsPerson(job) && now.getTime() - Date.parse(job.finished_at ?? job.updated_at) < FAILED_MS,
  );
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
  const failed = troubles.filter(({ id, schedule_id }) => !taken.has(id) && schedule_id === null).slice(-2);
  return { schedules: shown, jobs: [...others.slice(0, JOBS), ...failed], more: Math.max(0, others.length - JOBS) };
}

function due({ next_run_at }: Schedule): number {
  return next_run_at === null ? Infinity : Date.parse(next_run_at);
}
