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
 * Whether the timeline is shown: from two windows of images on, and until there are less than one and a half.  It takes
 * width from the images and so changes their height; without the gap it could appear and disappear endlessly.
 */
export function isScrubberShown(height: number, room: number, isShown: boolean): boolean {
  return height > (isShown ? 1.5 : 2) * room;
}

/** The scroll position, in px from the first image, of a share of the track. */
export function topAt(share: number, layout: Layout, room: number): number {
  return Math.round(Math.max(0, Math.min(1, share)) * Math.max(0, layout.height - room));
}

export function shareAt(top: number, layout: Layout, room: number): number {
  return Math.max(0, Math.min(1, top / Math.max(1, layout.height - room)));
}

/** The day at the window's top at a share of the track; at the end, the last day. */
export function dayOn(share: number, layout: Layout, room: number): DayPlace | undefined {
  if (share >= 1) return layout.days.at(-1);
  return layout.days[dayAt(layout, topAt(share, layout, room) + BAR)];
}

/** The marks of years and months, newest first, as many as fit on a track of this length in px. */
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

/** The index of the day one day or month further, within the list. */
export function stepped(days: readonly DayPlace[], from: number, step: number, by: 'day' | 'month'): number {
  if (by === 'day') return Math.max(0, Math.min(days.length - 1, from + step));
  const month = days[from]?.day.slice(0, 7) ?? '';
  let at = from;
  while (days[at + step] !== undefined && days[at]?.day.slice(0, 7) === month) at += step;
  return at;
}
