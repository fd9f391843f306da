import type { Job } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dollars } from '../../lib/text/numbers';
import { duration } from '../../lib/text/time';

export interface Stage {
  name: string;
  state: 'done' | 'now' | 'pending';
}

const STAGES = [
  { status: 'queued', name: m.activity_queued() },
  { status: 'writing', name: m.activity_prompt() },
  { status: 'painting', name: m.activity_generating() },
  { status: 'storing', name: m.activity_saving() },
] as const;

/** The stages of a generation job in progress. With several images, the last two stages alternate. */
export function stages(job: Pick<Job, 'status' | 'prompt' | 'progress'>): Stage[] {
  const current = STAGES.findIndex(({ status }) => status === job.status);
  return STAGES.map(({ status, name }, index) => {
    // A job that goes back into the queue keeps its prompt.
    if (status === 'writing' && job.prompt !== null && current !== index) return { name, state: 'done' };
    return { name, state: index < current ? 'done' : index === current ? 'now' : 'pending' };
  });
}

/** Rows of a job's details: the time of each stage, the cost and the failed attempts; what is zero is left out. */
export function stageTimings(job: Job): [string, string][] {
  const { timings } = job;
  const time = (ms: number) => (ms < 950 ? m.activity_milliseconds({ count: ms }) : duration(ms / 1_000));
  const rows: [string, string][] = [];
  if (timings.waiting_ms > 0) rows.push([m.activity_queued(), time(timings.waiting_ms)]);
  if (timings.writing_ms > 0) rows.push([m.activity_writing_prompt(), time(timings.writing_ms)]);
  if (timings.painting_ms > 0) rows.push([m.activity_generating(), time(timings.painting_ms)]);
  if (timings.storing_ms > 0) rows.push([m.activity_saving(), time(timings.storing_ms)]);
  if (job.cost_usd > 0) rows.push([m.activity_cost(), dollars(job.cost_usd)]);
  if (job.failures > 0) rows.push([m.activity_failed_attempts(), String(job.failures)]);
  return rows;
}
