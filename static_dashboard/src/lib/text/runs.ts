import type { Job } from '../api/types';
import { counted } from './numbers';
import { clock, dayParts, localDay } from './time';

/** The instant of a slot's name, `20261123T0900Z`. */
export function slotInstant(slot: string): string {
  return slot.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:00Z');
}

/** What a schedule's run ran for: its planned time, or who asked for it. */
export function ranFor(job: Pick<Job, 'slot' | 'folded_slots' | 'created_by'>, timeZone: string | undefined): string {
  if (job.slot === null) return `run by hand by ${job.created_by}`;
  const instant = slotInstant(job.slot);
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { weekday, date } = dayParts(localDay(instant, zone));
  const missed = job.folded_slots === 0 ? '' : `, and for ${counted(job.folded_slots, 'run')} missed before it`;
  return `for ${weekday} ${date} ${clock(instant, zone)}${missed}`;
}
