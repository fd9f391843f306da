import type { Schedule } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dateTime, knowsZone } from '../../lib/text/time';

/** "Paused." with the reason, if one was given. */
export function pausedText({ paused_reason }: Pick<Schedule, 'paused_reason'>): string {
  return paused_reason === '' ? m.schedules_paused() : m.schedules_paused_because({ reason: paused_reason });
}

/** A UTC instant in the time zone, with the zone's name. */
export function timeInZone(instant: string, zone: string): string {
  const time = dateTime(instant, zone);
  return knowsZone(zone) ? m.schedules_time_in_zone({ time, zone }) : m.schedules_time_in_unknown_zone({ time, zone });
}
