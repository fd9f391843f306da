import type { Job } from '../api/types';
import { m } from '../messages';
import { duration } from './time';

/** Whether a job waits for a painter that sleeps or is still waking. */
export function isWaking(job: Job): boolean {
  const first = job.status === 'painting' && job.progress.step === 0 && job.progress.note !== '';
  const again = job.status === 'queued' && job.reason?.code === 'starting';
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
  if (usualS === null) return m.text_so_far({ duration: duration(waited) });
  const left = usualS - waited;
  return left >= 1
    ? m.text_about({ duration: duration(left) })
    : m.text_taking_longer_than_usual({ duration: duration(waited) });
}
