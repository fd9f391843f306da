import { m } from '../messages';
import { LANGUAGE } from './language';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const made = new Map<string, Intl.DateTimeFormat>();
const known = new Map<string, boolean>();

/** Whether this browser knows a time zone. One that is older than the server's data lacks the newest zones. */
export function knowsZone(timeZone: string): boolean {
  let found = known.get(timeZone);
  if (found === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone });
      found = true;
    } catch {
      found = false;
    }
    known.set(timeZone, found);
  }
  return found;
}

/** The formatter of these options. Times of a zone that the browser doesn't know are shown in UTC. */
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify(options);
  let formatter = made.get(name);
  if (formatter === undefined) {
    const { timeZone } = options;
    const shown = timeZone === undefined || knowsZone(timeZone) ? options : { ...options, timeZone: 'UTC' };
    formatter = new Intl.DateTimeFormat(LANGUAGE, shown);
    made.set(name, formatter);
  }
  return formatter;
}

/** A time of day, with UTC after it if it isn't in the zone that was asked for. */
function inZone(time: string, timeZone: string | undefined): string {
  return timeZone === undefined || knowsZone(timeZone) ? time : m.text_time_in_utc({ time });
}

/** The parts of a local day: 24 Nov, Tue, 2026. */
export function dayParts(day: string): { date: string; weekday: string; year: string } {
  if (day === '') return { date: '', weekday: '', year: '' };
  const date = new Date(`${day}T00:00:00Z`);
  return {
    date: format({ day: 'numeric', month: 'short', timeZone: 'UTC' }).format(date),
    weekday: format({ weekday: 'short', timeZone: 'UTC' }).format(date),
    year: day.slice(0, 4),
  };
}

/** The parts of a month, YYYY-MM: Nov, 2026. */
export function monthParts(month: string): { date: string; year: string } {
  return {
    date: format({ month: 'short', timeZone: 'UTC' }).format(new Date(`${month}-01T00:00:00Z`)),
    year: month.slice(0, 4),
  };
}

/** Tuesday, 24 November 2026; for a month, November 2026. */
export function longDay(day: string): string {
  if (day.length === 7) {
    return format({ month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}-01T00:00:00Z`));
  }
  return format({ dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** The local day of an instant, YYYY-MM-DD. */
export function localDay(instant: string | Date, timeZone: string): string {
  const parts = format({ year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).formatToParts(
    new Date(instant),
  );
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The end of a local day as an instant, in milliseconds. */
export function endOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) + DAY;
  let instant = midnight;
  // Twice, because the offset may differ at the end of the day if the clocks change.
  for (let step = 0; step < 2; step += 1) instant = midnight - offset(instant, timeZone);
  return instant;
}

/** UTC offset of a time zone at an instant, in milliseconds. */
function offset(instant: number, timeZone: string): number {
  const parts = format({
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(new Date(instant));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const local = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`;
  return Date.parse(local) - Math.floor(instant / 1_000) * 1_000;
}

/** 09:00; 09:00 UTC in a zone that the browser doesn't know. */
export function timeOfDay(instant: string, timeZone?: string): string {
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(new Date(instant));
  return inZone(time, timeZone);
}

/** 24 Nov 2026, 09:00; 24 Nov 2026, 09:00 UTC in a zone that the browser doesn't know. */
export function dateTime(instant: string, timeZone?: string): string {
  const time = format({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).format(new Date(instant));
  return inZone(time, timeZone);
}

/** The same as `dateTime` in the zone, with the browser's own time beside it if that differs. */
export function bothTimes(instant: string, timeZone: string | undefined, ownZone?: string): string {
  const [time, own] = [dateTime(instant, timeZone), dateTime(instant, ownZone)];
  return own === time ? time : m.text_time_and_your_time({ time, own });
}

/** A future time in the browser's own zone as text, or '' if it is the same in the other zone. */
export function yourFuture(instant: string, now: Date, timeZone: string, ownZone?: string): string {
  const time = relativeFuture(instant, now, ownZone);
  return time === relativeFuture(instant, now, timeZone) ? '' : m.text_your_time({ time });
}

/** A future time as text: in 3 min, today 18:30, tomorrow 09:00, Fri 09:00, 4 Dec 09:00. */
export function relativeFuture(instant: string, now: Date, timeZone?: string): string {
  const then = Date.parse(instant);
  const wait = then - now.getTime();
  if (wait < MINUTE) return m.text_soon();
  if (wait < HOUR) return m.text_in_minutes({ count: Math.round(wait / MINUTE) });
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const days = daysBetween(localDay(now, zone), localDay(instant, zone));
  const time = timeOfDay(instant, zone);
  if (days === 0) return m.text_today_at({ time });
  if (days === 1) return m.text_tomorrow_at({ time });
  if (days < 7) return `${format({ weekday: 'short', timeZone: zone }).format(new Date(then))} ${time}`;
  return `${format({ day: 'numeric', month: 'short', timeZone: zone }).format(new Date(then))} ${time}`;
}

/** The day of a future time as text, for a place that shows the time of day itself: in 3 min, today, Fri, 4 Dec. */
export function futureDay(instant: string, now: Date, timeZone?: string): string {
  const wait = Date.parse(instant) - now.getTime();
  if (wait < MINUTE) return m.text_soon();
  if (wait < HOUR) return m.text_in_minutes({ count: Math.round(wait / MINUTE) });
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const days = daysBetween(localDay(now, zone), localDay(instant, zone));
  if (days === 0) return m.text_today();
  if (days === 1) return m.text_tomorrow();
  const options = days < 7 ? ({ weekday: 'short' } as const) : ({ day: 'numeric', month: 'short' } as const);
  return format({ ...options, timeZone: zone }).format(new Date(instant));
}

/** The time until an instant: in 3 min, in 20 h, in 5 days. */
export function timeUntil(instant: string, now: Date): string {
  const wait = Date.parse(instant) - now.getTime();
  if (wait < MINUTE) return m.text_soon();
  if (wait < HOUR) return m.text_in_minutes({ count: Math.round(wait / MINUTE) });
  if (wait < 2 * DAY) return m.text_in_hours({ count: Math.round(wait / HOUR) });
  return m.text_in_days({ count: Math.round(wait / DAY) });
}

/** The time since an instant: just now, 5 min ago, 3 h ago, yesterday, 24 Nov 2026. */
export function timeAgo(instant: string, now: Date): string {
  const passed = now.getTime() - Date.parse(instant);
  if (passed < MINUTE) return m.text_just_now();
  if (passed < HOUR) return m.text_minutes_ago({ count: Math.floor(passed / MINUTE) });
  if (passed < DAY) return m.text_hours_ago({ count: Math.floor(passed / HOUR) });
  if (passed < 2 * DAY) return m.text_yesterday();
  return format({ day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(instant));
}

/** A duration, rounded: 8 s, 1 min 20 s, 12 min. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return m.text_seconds({ seconds: whole });
  const minutes = Math.floor(whole / 60);
  const rest = Math.round((whole % 60) / 10) * 10;
  if (minutes >= 10 || rest === 0) return m.text_minutes({ minutes });
  return rest === 60 ? m.text_minutes({ minutes: minutes + 1 }) : m.text_minutes_seconds({ minutes, seconds: rest });
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}
