import type { Job } from '../api/types';
import { m } from '../messages';
import { bothTimes } from './time';

/** The instant of a slot ID, `20261123T0900Z`. */
export function slotInstant(slot: string): string {
  return slot.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:00Z');
}

/** Label of a schedule's run: its scheduled time in the time zone and in the user's own, or who started it. */
export function runLabel(
  job: Pick<Job, 'slot' | 'folded_slots' | 'created_by_name'>,
  timeZone: string | undefined,
  ownZone?: string,
): string {
  if (job.slot === null) return m.text_started_manually_by({ name: job.created_by_name });
  const when = bothTimes(slotInstant(job.slot), timeZone, ownZone);
  return m.text_scheduled_for({ when, missed: job.folded_slots });
}
