import type { Job } from '../../lib/api/types';
import { dollars } from '../../lib/text/numbers';
import { lasting } from '../../lib/text/time';

export interface Stage {
  name: string;
  state: 'done' | 'now' | 'to come';
}

const ORDER = ['queued', 'writing', 'painting', 'storing'] as const;
const NAMES = ['Waiting', 'Prompt', 'Painting', 'Keeping'];

/** The stages of a picture job that is under way, and how far it is; the last two alternate for several pictures. */
export function stages(job: Pick<Job, 'status' | 'prompt' | 'progress'>): Stage[] {
  const at = ORDER.findIndex((one) => one === job.status);
  return NAMES.map((name, index) => {
    // A job that goes back into the queue keeps its prompt.
    if (name === 'Prompt' && job.prompt !== null && at !== index) return { name, state: 'done' };
    return { name, state: index < at ? 'done' : index === at ? 'now' : 'to come' };
  });
}

/** How an ended job came about: its times, its cost, and what went before it. */
export function story(job: Job): [string, string][] {
  const { timings } = job;
  const seconds = (ms: number) => (ms < 950 ? `${ms} ms` : lasting(ms / 1_000));
  const lines: [string, string][] = [];
  if (timings.waiting_ms > 0) lines.push(['Waited', seconds(timings.waiting_ms)]);
  if (timings.writing_ms > 0) lines.push(['Writing', seconds(timings.writing_ms)]);
  if (timings.painting_ms > 0) lines.push(['Painting', seconds(timings.painting_ms)]);
  if (timings.storing_ms > 0) lines.push(['Keeping', seconds(timings.storing_ms)]);
  if (job.cost_usd > 0) lines.push(['Cost', dollars(job.cost_usd)]);
  if (job.failures > 0) lines.push(['Failures on the way', String(job.failures)]);
  return lines;
}
