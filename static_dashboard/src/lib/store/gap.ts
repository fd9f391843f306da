import { dayGroupAt, idOf, type DayGroup, type Entry } from './dayGroup';

/** Where a page belongs: after the item `after`, or, if that is null, at the beginning of a day. */
export interface Gap {
  /** Empty at the top of the list. */
  day: string;
  offset: number;
  after: string | null;
  /** The list index of the page's first item. */
  index: number;
}

/** The first gap between two indexes of days, `to` excluded; null if no item is missing. */
export function firstGap<T extends Entry>(groups: readonly DayGroup<T>[], from: number, to: number): Gap | null {
  for (let at = Math.max(0, dayGroupAt(groups, from)); at < groups.length; at += 1) {
    const group = groups[at] as DayGroup<T>;
    if (group.first >= to) break;
    if (group.stale) return gapAt(groups, at, 0);
    const last = Math.min(group.count, to - group.first);
    for (let offset = Math.max(0, from - group.first); offset < last; offset += 1) {
      if (typeof group.slots[offset] !== 'object') return gapAt(groups, at, offset);
    }
  }
  return null;
}

/** The gap after the last known item. */
export function gapAtEnd<T extends Entry>(groups: readonly DayGroup<T>[]): Gap {
  const last = groups.at(-1);
  if (last === undefined) return { day: '', offset: 0, after: null, index: 0 };
  return gapAt(groups, groups.length - 1, last.count);
}

/** The gap that covers an offset of a day; it begins after the nearest known item before. */
function gapAt<T extends Entry>(groups: readonly DayGroup<T>[], at: number, offset: number): Gap {
  const { day, slots, first } = groups[at] as DayGroup<T>;
  for (let near = offset - 1; near >= 0; near -= 1) {
    const slot = slots[near];
    if (slot !== undefined) return { day, offset: near + 1, after: idOf(slot), index: first + near + 1 };
  }
  const before = groups[at - 1];
  const end = before === undefined || before.stale ? undefined : before.slots[before.count - 1];
  if (end === undefined) return { day: before === undefined ? '' : day, offset: 0, after: null, index: first };
  return { day: before?.day ?? '', offset: before?.count ?? 0, after: idOf(end), index: first };
}
