import { BAR, dayAt, type DayPlace, type Layout } from './layout';

/** A year or a month on the scrubber; `share` is how far down its track it begins. */
export interface Mark {
  day: string;
  share: number;
  year: boolean;
}

const YEAR_PX = 18; // between two labels
const MONTH_PX = 5; // between two ticks

/**
 * Whether a timeline leads through images of this height: from two windows on, and until they are under one and a
 * half.  It narrows the images, so that they get lower; without that gap it would come and go for ever.
 */
export function isScrubberShown(height: number, room: number, led: boolean): boolean {
  return height > (led ? 1.5 : 2) * room;
}

/** The place among the images that a share of the track stands for. */
export function topAt(share: number, layout: Layout, room: number): number {
  return Math.round(Math.max(0, Math.min(1, share)) * Math.max(0, layout.height - room));
}

export function shareAt(top: number, layout: Layout, room: number): number {
  return Math.max(0, Math.min(1, top / Math.max(1, layout.height - room)));
}

/** The day that is seen at the top then: at the bottom the last, however short it is. */
export function dayOn(share: number, layout: Layout, room: number): DayPlace | undefined {
  if (share >= 1) return layout.days.at(-1);
  return layout.days[dayAt(layout, topAt(share, layout, room) + BAR)];
}

/** Where years and months begin, newest first, as many as a track of this length has room for. */
export function marks(layout: Layout, room: number, track: number): Mark[] {
  const found: Mark[] = [];
  let [year, month] = ['', ''];
  let [lastYear, lastMonth] = [-Infinity, -Infinity];
  for (const { day, top } of layout.days) {
    if (day.slice(0, 7) === month) continue;
    const share = shareAt(top, layout, room);
    const at = share * track;
    const newYear = day.slice(0, 4) !== year;
    [year, month] = [day.slice(0, 4), day.slice(0, 7)];
    if (newYear && at - lastYear >= YEAR_PX) {
      found.push({ day, share, year: true });
      [lastYear, lastMonth] = [at, at];
    } else if (at - lastMonth >= MONTH_PX) {
      found.push({ day, share, year: false });
      lastMonth = at;
    }
  }
  return found;
}

/** The day one step further: of days, or of months; the nearest there is. */
export function stepped(days: readonly DayPlace[], from: number, step: number, by: 'day' | 'month'): number {
  if (by === 'day') return Math.max(0, Math.min(days.length - 1, from + step));
  const month = days[from]?.day.slice(0, 7) ?? '';
  let at = from;
  while (days[at + step] !== undefined && days[at]?.day.slice(0, 7) === month) at += step;
  return at;
}
