import type { Job } from '../api/types';
import { lasting } from './time';

/** Whether a job waits for a painter that sleeps or is still waking. */
export function isWaking(job: Job): boolean {
  const first = job.status === 'painting' && job.progress.step === 0 && /wak/i.test(job.progress.note);
  const again = job.status === 'queued' && job.reason?.code === 'busy' && /wak/i.test(job.reason.message);
  return (first || again) && !job.cancel_requested;
}

/**
 * How long the waking will still take, from how long it usually takes: "about 1 min 20 s".
 *
 * Once it takes longer than usual, that is what is said; nothing is promised that was never measured.
 */
export function waking(job: Job, usualS: number | null, now: Date): string {
  if (!isWaking(job)) return '';
  // What earlier messages waited, and since when this one does.
  const waited = job.waited_s + Math.max(0, now.getTime() - Date.parse(job.updated_at)) / 1_000;
  if (usualS === null) return `${lasting(waited)} so far`;
  const left = usualS - waited;
  return left >= 1 ? `about ${lasting(left)}` : `longer than usual: ${lasting(waited)} so far`;
}
