import type { Delivery } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { timeAgo, relativeFuture } from '../../lib/text/time';

const EVENTS: Record<Delivery['event'], string> = {
  'pictures.painted': m.publish_event_images(),
  'run.failed': m.publish_event_run_failed(),
  'schedule.paused': m.publish_event_schedule_paused(),
  test: m.publish_event_test(),
};

/** The label of an event. */
export function eventName(event: Delivery['event']): string {
  return EVENTS[event];
}

/** The state of a delivery, such as "Delivered just now on attempt 2" or "3 failed attempts. Next attempt in 4 min." */
export function deliveryState({ state, attempts, next_try_at, at }: Delivery, now: Date): string {
  const count = attempts.length;
  const when = timeAgo(attempts.at(-1)?.at ?? at, now);
  if (state === 'delivered') {
    return count > 1 ? m.publish_delivered_on_attempt({ when, attempt: count }) : m.publish_delivered({ when });
  }
  if (state === 'failed') return m.publish_failed_after({ when, attempts: count });
  if (count === 0) return m.publish_queued();
  if (next_try_at === null) return m.publish_failed_attempts({ attempts: count });
  return m.publish_next_attempt({ attempts: count, when: relativeFuture(next_try_at, now) });
}

/** Why the latest attempt failed; empty when the event was delivered. */
export function problem({ attempts, state }: Delivery): string {
  return state === 'delivered' ? '' : (attempts.at(-1)?.problem ?? '');
}
