/** The times that the picker can say: at one time of day, on some weekdays. */
export interface Picked {
  hour: number;
  minute: number;
  /** 0 is Sunday; all seven mean every day. */
  weekdays: number[];
}

export const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];

/** The cron expression of a picked time. */
export function cronOf({ hour, minute, weekdays }: Picked): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b);
  return `${minute} ${hour} * * ${days.length === 7 || days.length === 0 ? '*' : ranges(days)}`;
}

/** The picked time of a cron expression, or null where the picker has no words for it. */
export function pickedOf(cron: string): Picked | null {
  const [minute = '', hour = '', day, month, weekday = '', ...rest] = cron.trim().split(/\s+/);
  if (rest.length > 0 || day !== '*' || month !== '*' || !/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour)) return null;
  if (Number(minute) > 59 || Number(hour) > 23) return null;
  const weekdays = weekday === '*' ? EVERY_DAY : daysOf(weekday);
  return weekdays === null ? null : { hour: Number(hour), minute: Number(minute), weekdays };
}

function ranges(days: readonly number[]): string {
  const parts: string[] = [];
  for (let start = 0; start < days.length; ) {
    let end = start;
    while (days[end + 1] === (days[end] ?? 0) + 1) end += 1;
    parts.push(end - start >= 2 ? `${days[start]}-${days[end]}` : days.slice(start, end + 1).join(','));
    start = end + 1;
  }
  return parts.join(',');
}

function daysOf(field: string): number[] | null {
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^([0-7])(?:-([0-7]))?$/.exec(part);
    if (match === null) return null;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from) return null;
    for (let day = from; day <= to; day += 1) days.add(day % 7);
  }
  return [...days].sort((a, b) => a - b);
}

/** `09:30` of a time input. */
export function timeText({ hour, minute }: Pick<Picked, 'hour' | 'minute'>): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

export function timeOf(text: string): Pick<Picked, 'hour' | 'minute'> | null {
  const match = /^(\d{2}):(\d{2})/.exec(text);
  return match === null ? null : { hour: Number(match[1]), minute: Number(match[2]) };
}
