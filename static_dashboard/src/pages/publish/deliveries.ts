import type { Delivery } from '../../lib/api/types';
import { ago, ahead } from '../../lib/text/time';

const EVENTS: Record<Delivery['event'], string> = {
  'pictures.painted': 'Pictures are there',
  'run.failed': 'A run failed',
  'schedule.paused': 'It was paused',
  test: 'Test',
};

export function eventName(event: Delivery['event']): string {
  return EVENTS[event];
}

/** What became of a message: "Taken just now, at the second try", "Tried 3 times; again in 4 min". */
export function deliveryState({ state, attempts, next_try_at, at }: Delivery, now: Date): string {
  const last = attempts.at(-1);
  const when = ago(last?.at ?? at, now);
  if (state === 'delivered') return `Taken ${when}${attempts.length > 1 ? `, at try ${attempts.length}` : ''}`;
  if (state === 'failed') return `Given up ${when}, after ${tries(attempts.length)}`;
  if (attempts.length === 0) return 'On its way';
  return `Tried ${attempts.length === 1 ? 'once' : tries(attempts.length)}${next_try_at === null ? '' : `; again ${ahead(next_try_at, now)}`}`;
}

function tries(count: number): string {
  return `${count} ${count === 1 ? 'try' : 'tries'}`;
}

/** Why the last try was not taken; empty when it was. */
export function problem({ attempts, state }: Delivery): string {
  return state === 'delivered' ? '' : (attempts.at(-1)?.problem ?? '');
}
