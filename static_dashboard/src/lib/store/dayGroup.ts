export interface Entry {
  readonly id: string;
}

/** A day, or a month where a list is grouped by those, and how many items it has. */
export interface DayCount {
  day: string;
  count: number;
}

/** One day of a list, with its loaded items. */
export interface DayGroup<T> extends DayCount {
  /** Index of the day's first item in the list. */
  first: number;
  /** Items; the IDs of unloaded ones after which a page may begin; undefined where nothing is known. */
  slots: (T | string | undefined)[];
  /** The number of loaded items. */
  loaded: number;
  /** Whether the items are outdated; they are shown until they are loaded again. */
  stale: boolean;
  /** When the day was shown last, as a counter. */
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

/** The offset of an item in its day, or -1 if the items around it aren't loaded. */
export function placeFor<T extends Entry>(group: DayGroup<T>, id: string): number {
  const follower = group.slots.findIndex((slot) => slot !== undefined && idOf(slot) < id);
  const offset = follower < 0 ? group.count : follower;
  return offset === 0 || group.slots[offset - 1] !== undefined ? offset : -1;
}

/** Unload a day's items outside two offsets, except every hundredth's ID and the last's; return the unloaded IDs. */
export function unloadOutside<T extends Entry>(group: DayGroup<T>, from: number, to: number): string[] {
  const unloaded: string[] = [];
  group.slots.forEach((slot, offset) => {
    if (typeof slot !== 'object' || (offset >= from && offset < to)) return;
    const landmark = (offset + 1) % LANDMARK === 0 || offset === group.count - 1;
    group.slots[offset] = landmark ? slot.id : undefined;
    unloaded.push(slot.id);
  });
  return unloaded;
}

/** The last day that starts at or before an index; -1 for none. */
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
