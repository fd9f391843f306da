import type { Job } from '../api/types';
import { m } from '../messages';
import { duration } from './time';

/** Whether a job waits for the inference service to start. */
export function isStarting(job: Job): boolean {
  const first = job.status === 'painting' && job.progress.step === 0 && job.progress.note !== '';
  const again = job.status === 'queued' && job.reason?.code === 'starting';
  return (first || again) && !job.cancel_requested;
}

/**
 * The remaining startup time, from the usual startup time: "about 1 min 20 s".
 *
 * After the usual time, the text says that it takes longer; without a measured time, only the time so far.
 */
export function startingText(job: Job, usualS: number | null, now: Date): string {
  if (!isStarting(job)) return '';
  // Waiting time of earlier messages plus that of the current one.
  const waited = job.waited_s + Math.max(0, now.getTime() - Date.parse(job.updated_at)) / 1_000;
  if (usualS === null) return m.text_so_far({ duration: duration(waited) });
  const left = usualS - waited;
  return left >= 1
    ? m.text_about({ duration: duration(left) })
    : m.text_taking_longer_than_usual({ duration: duration(waited) });
}
