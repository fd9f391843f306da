import { dateTime, dayParts } from '../../lib/text/time';

/** A date, YYYY-MM-DD, as text: Thu 24 Dec 2026. */
export function excludedDateText(date: string): string {
  const { weekday, date: day, year } = dayParts(date);
  return `${weekday} ${day} ${year}`;
}

/** A time in the schedule's time zone, YYYY-MM-DDTHH:MM, as text: 24 Dec 2026, 18:00. */
export function extraRunText(time: string): string {
  return dateTime(`${time}:00Z`, 'UTC');
}

/** The sorted values with the typed one, unless it is empty. */
export function withTyped(values: readonly string[], typed: string): string[] {
  return [...new Set(typed === '' ? values : [...values, typed])].sort();
}
