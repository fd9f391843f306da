import type { DayCount } from '../../lib/store/dayGroup';

/**
 * The positions of all images, computed from the number of images of each day.
 *
 * Every day starts a new row of square cells of one size.  Nothing is measured, so a library of any size is laid out at
 * once, and only rows near the window need elements.
 */

/** Height in px of the bar that covers the window's top, with a margin. */
export const BAR = 60;

export interface Room {
  /** The width for all columns in px. */
  width: number;
  /** The minimum size of a cell in px. */
  cell: number;
  gap: number;
  /** The height above the rows of each day in px. */
  heading: number;
  /** The height between two days in px. */
  between: number;
}

export interface DayPlace extends DayCount {
  /** Index of the day's first image in the list. */
  first: number;
  /** Index of the day's first row. */
  row: number;
  top: number;
  /** The height of heading and rows in px. */
  height: number;
}

export interface Layout {
  columns: number;
  size: number;
  pitch: number;
  heading: number;
  height: number;
  rows: number;
  days: DayPlace[];
}

/** A visible day and its visible images: indexes in the list, `to` excluded. */
export interface Slice {
  place: DayPlace;
  from: number;
  to: number;
}

export function layOut(days: readonly DayCount[], room: Room): Layout {
  const columns = columnsIn(room);
  const size = Math.max(1, Math.floor((room.width - room.gap * (columns - 1)) / columns));
  const pitch = size + room.gap;
  const places: DayPlace[] = [];
  let first = 0;
  let row = 0;
  let top = 0;
  for (const { day, count } of days) {
    if (count === 0) continue;
    const rows = Math.ceil(count / columns);
    const height = room.heading + rows * pitch - room.gap;
    places.push({ day, count, first, row, top, height });
    first += count;
    row += rows;
    top += height + room.between;
  }
  const height = Math.max(0, top - room.between);
  return { columns, size, pitch, heading: room.heading, height, rows: row, days: places };
}

/** The number of columns. */
export function columnsIn({ width, gap, cell }: Room): number {
  return Math.max(1, Math.floor((width + gap) / (cell + gap)));
}

/**
 * Days as they begin new rows; the days of a month that mostly have few images share its rows.
 *
 * Otherwise one image a day would fill one column and leave the rest of the width empty.
 */
export function grouped(days: readonly DayCount[], columns: number): DayCount[] {
  const groups: DayCount[] = [];
  for (let from = 0; from < days.length;) {
    const month = days[from]?.day.slice(0, 7) ?? '';
    let to = from;
    let count = 0;
    for (; days[to]?.day.startsWith(month) === true; to += 1) count += days[to]?.count ?? 0;
    if (to - from > 1 && count / (to - from) < columns / 2) groups.push({ day: month, count });
    else groups.push(...days.slice(from, to));
    from = to;
  }
  return groups;
}

/** The visible days between two heights in px, by whole rows. */
export function visible(layout: Layout, top: number, bottom: number): Slice[] {
  const slices: Slice[] = [];
  for (let index = dayAt(layout, top); index < layout.days.length; index += 1) {
    const place = layout.days[index] as DayPlace;
    if (place.top >= bottom) break;
    const rows = place.top + layout.heading;
    const firstRow = Math.max(0, Math.floor((top - rows) / layout.pitch));
    const lastRow = Math.max(0, Math.ceil((bottom - rows) / layout.pitch));
    const from = Math.min(place.count, firstRow * layout.columns);
    const to = Math.min(place.count, lastRow * layout.columns);
    slices.push({ place, from: place.first + from, to: place.first + Math.max(from, to) });
  }
  return slices;
}

/** The position of an image by its index; null past the end. */
export function placeOf(layout: Layout, index: number): { x: number; y: number; place: DayPlace } | null {
  const place = layout.days[lastWhere(layout.days, (day) => day.first <= index)];
  if (place === undefined || index >= place.first + place.count) return null;
  const within = index - place.first;
  return {
    x: (within % layout.columns) * layout.pitch,
    y: place.top + layout.heading + Math.floor(within / layout.columns) * layout.pitch,
    place,
  };
}

/** The index of the image above (-1) or below (1) another, across days, in the nearest column. */
export function vertical(layout: Layout, index: number, step: 1 | -1): number {
  const here = placeOf(layout, index);
  if (here === null) return index;
  const column = (index - here.place.first) % layout.columns;
  const wanted = index + step * layout.columns;
  const last = here.place.first + here.place.count - 1;
  if (wanted >= here.place.first && wanted <= last) return wanted;
  const row = (at: number) => Math.floor((at - here.place.first) / layout.columns);
  if (step > 0 && row(index) < row(last)) return last;
  const next = layout.days[layout.days.indexOf(here.place) + step];
  if (next === undefined) return index;
  const start = step > 0 ? 0 : Math.floor((next.count - 1) / layout.columns) * layout.columns;
  return next.first + Math.min(next.count - 1, start + column);
}

/** The index of the last day that starts at or above a height in px. */
export function dayAt(layout: Layout, top: number): number {
  return Math.max(
    0,
    lastWhere(layout.days, (day) => day.top <= top),
  );
}

/** The last index where a condition holds that holds for the first items only; -1 for none. */
function lastWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The index of the first image of the row at a height in px, or of the nearest row. */
export function indexAt(layout: Layout, top: number): number {
  const place = layout.days[dayAt(layout, top)];
  if (place === undefined) return 0;
  const row = Math.max(0, Math.floor((top - place.top - layout.heading) / layout.pitch));
  return place.first + Math.min(place.count - 1, row * layout.columns);
}

/** A row and its images: indexes in the list, `to` excluded. */
export interface Row {
  number: number;
  y: number;
  from: number;
  to: number;
}

/** The visible rows, and the row of the image with the index `also`. */
export function rowsOf(layout: Layout, slices: readonly Slice[], also = -1): Row[] {
  const rows: Row[] = [];
  let hasAlso = also < 0;
  for (const { place, from, to } of slices) {
    for (let start = from; start < to; start += layout.columns) {
      const row = rowAt(layout, place, start);
      hasAlso ||= also >= row.from && also < row.to;
      rows.push(row);
    }
  }
  const place = hasAlso ? undefined : placeOf(layout, also)?.place;
  if (place !== undefined) rows.push(rowAt(layout, place, also));
  return rows;
}

function rowAt(layout: Layout, place: DayPlace, index: number): Row {
  const within = Math.floor((index - place.first) / layout.columns);
  const from = place.first + within * layout.columns;
  return {
    number: place.row + within,
    y: place.top + layout.heading + within * layout.pitch,
    from,
    to: Math.min(from + layout.columns, place.first + place.count),
  };
}
