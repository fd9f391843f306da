const DAY_MS = 86_400_000;

export interface Cell {
  day: string;
  count: number;
  /** 0 for none, 1 to 4 by how many there are beside the fullest day. */
  level: number;
  /** Weeks from the left, and days from Monday on. */
  column: number;
  row: number;
}

export interface Calendar {
  cells: Cell[];
  /** Months by the column that they begin in, as YYYY-MM. */
  months: { month: string; column: number }[];
}

/** The last weeks up to a day, a column each, Monday on top. */
export function calendar(counts: ReadonlyMap<string, number>, last: string, weeks: number): Calendar {
  const end = Date.parse(`${last}T00:00:00Z`);
  const first = end - (weekday(end) + 7 * (weeks - 1)) * DAY_MS;
  const days = range(iso(first), last);
  const most = Math.max(1, ...days.map((day) => counts.get(day) ?? 0));
  const cells = days.map((day, index) => {
    const count = counts.get(day) ?? 0;
    return { day, count, level: level(count, most), column: Math.floor(index / 7), row: index % 7 };
  });
  const months = cells
    .filter(({ day }, index) => day.endsWith('-01') || index === 0)
    .map(({ day, column, row }) => ({
      month: day.slice(0, 7),
      column: row === 0 || column === 0 ? column : column + 1,
    }));
  // The first one has no room where the next follows at once.
  if (months[1] !== undefined && months[1].column - (months[0]?.column ?? 0) < 3) months.shift();
  return { cells, months };
}

/** How dark a day is, by the square root: a day of a hundred must not make all others look empty. */
export function level(count: number, most: number): number {
  return count <= 0 ? 0 : Math.max(1, Math.ceil(4 * Math.sqrt(count / most)));
}

/** All days from one to another, both included. */
export function range(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= Date.parse(`${to}T00:00:00Z`); at += DAY_MS) days.push(iso(at));
  return days;
}

/** 0 for a Monday. */
function weekday(instant: number): number {
  return (new Date(instant).getUTCDay() + 6) % 7;
}

function iso(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
