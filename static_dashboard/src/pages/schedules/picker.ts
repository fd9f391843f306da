/** The times that the picker can say: at some hours of a day, all at one minute, on some weekdays or days of the month. */
export interface Picked {
  minute: number;
  hours: number[];
  on: 'weekdays' | 'month-days';
  /** 0 is Sunday; all seven mean every day. */
  weekdays: number[];
  /** Days of the month, from 1 on; heeded when `on` says so. */
  monthDays: number[];
}

export const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
export const DEFAULT_TIMES: Picked = { minute: 0, hours: [9], on: 'weekdays', weekdays: EVERY_DAY, monthDays: [1] };

/** Days that are chosen together, by the name of their button. */
export const DAY_PRESETS = { daily: EVERY_DAY, weekdays: [1, 2, 3, 4, 5], weekends: [0, 6] } as const;
export type DayPreset = keyof typeof DAY_PRESETS;

/** The preset that has exactly these days of the week, or null. */
export function presetOf(weekdays: readonly number[]): DayPreset | null {
  const days = sortAscending(weekdays).join();
  const names = Object.keys(DAY_PRESETS) as DayPreset[];
  return names.find((name) => DAY_PRESETS[name].join() === days) ?? null;
}

/** The cron expression of a picked time. */
export function cronOf({ minute, hours, on, weekdays, monthDays }: Picked): string {
  const days = on === 'month-days' ? listOf(monthDays) : '*';
  const week = on === 'month-days' || sortAscending(weekdays).length === 7 ? '*' : listOf(weekdays);
  return `${minute} ${sortAscending(hours).join(',')} ${days} * ${week}`;
}

/** The picked time of a cron expression, or null where the picker has no words for it. */
export function pickerFromCron(cron: string): Picked | null {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...rest] = cron.trim().split(/\s+/);
  if (rest.length > 0 || month !== '*' || (day !== '*' && weekday !== '*')) return null;
  const minutes = numbers(minute, 0, 59);
  const hours = numbers(hour, 0, 23);
  const monthDays = day === '*' ? [1] : numbers(day, 1, 31);
  const weekdays = weekday === '*' ? EVERY_DAY : numbers(weekday, 0, 7);
  const [only, ...more] = minutes ?? [];
  if (only === undefined || more.length > 0 || hours === null || monthDays === null || weekdays === null) return null;
  return {
    minute: only,
    hours,
    on: day === '*' ? 'weekdays' : 'month-days',
    weekdays: sortAscending(weekdays.map((one) => one % 7)),
    monthDays,
  };
}

/** Each once, in their order. */
export function sortAscending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** `1-5` and `0,6`, as people write them. */
function listOf(values: readonly number[]): string {
  const days = sortAscending(values);
  const parts: string[] = [];
  for (let start = 0; start < days.length;) {
    let end = start;
    while (days[end + 1] === (days[end] ?? 0) + 1) end += 1;
    parts.push(end - start >= 2 ? `${days[start]}-${days[end]}` : days.slice(start, end + 1).join(','));
    start = end + 1;
  }
  return parts.join(',');
}

/** The numbers of a field of digits, commas and ranges, or null for anything else. */
function numbers(field: string, least: number, most: number): number[] | null {
  const found: number[] = [];
  for (const part of field.split(',')) {
    const match = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part);
    if (match === null) return null;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (from < least || to > most || to < from) return null;
    for (let one = from; one <= to; one += 1) found.push(one);
  }
  return sortAscending(found);
}

/** `09:30` of a time input. */
export function timeText(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

export function timeOf(text: string): { hour: number; minute: number } | null {
  const match = /^(\d{2}):(\d{2})/.exec(text);
  return match === null ? null : { hour: Number(match[1]), minute: Number(match[2]) };
}
