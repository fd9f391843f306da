export interface Entry {
  readonly id: string;
}

/** A day, or a month where a list is grouped by those, and how many items it has. */
export interface DayCount {
  day: string;
  count: number;
}

/** One day of a list, with those of its items that are here. */
export interface DayGroup<T> extends DayCount {
  /** Index of the day's first item in the list. */
  first: number;
  /** Items; the ids of forgotten ones where a page may begin behind them; nothing where nothing is known. */
  slots: (T | string | undefined)[];
  /** How many items are here. */
  loaded: number;
  /** What is here is out of date: it is shown until it is loaded anew. */
  stale: boolean;
  /** Grows with each look at it. */
  used: number;
}

const LANDMARK = 100;

export function emptyDayGroup<T>(day: string): DayGroup<T> {
  return { day, count: 0, first: 0, slots: [], loaded: 0, stale: false, used: 0 };
}

export function idOf(slot: Entry | string): string {
  return typeof slot === 'object' ? slot.id : slot;
}

export function placeIn<T extends Entry>(group: DayGroup<T>, id: string): number {
  return group.slots.findIndex((slot) => typeof slot === 'object' && slot.id === id);
}

/** Where an item belongs among its day's, or -1 where too little is known around that place. */
export function placeFor<T extends Entry>(group: DayGroup<T>, id: string): number {
  const follower = group.slots.findIndex((slot) => slot !== undefined && idOf(slot) < id);
  const offset = follower < 0 ? group.count : follower;
  return offset === 0 || group.slots[offset - 1] !== undefined ? offset : -1;
}

/** Forgets a day's items outside two offsets, but for the id of each hundredth and of the last; tells who is gone. */
export function strip<T extends Entry>(group: DayGroup<T>, from: number, to: number): string[] {
  const gone: string[] = [];
  group.slots.forEach((slot, offset) => {
    if (typeof slot !== 'object' || (offset >= from && offset < to)) return;
    const landmark = (offset + 1) % LANDMARK === 0 || offset === group.count - 1;
    group.slots[offset] = landmark ? slot.id : undefined;
    gone.push(slot.id);
  });
  return gone;
}

/** The last day that begins at or before an index; -1 for none. */
export function dayGroupAt<T>(groups: readonly DayGroup<T>[], index: number): number {
  let low = 0;
  let high = groups.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((groups[middle] as DayGroup<T>).first <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
