import {
  dayGroupAt,
  emptyDayGroup,
  idOf,
  placeFor,
  placeIn,
  unloadOutside,
  type DayCount,
  type DayGroup,
  type Entry,
} from './dayGroup';
import { firstGap, gapAtEnd, type Gap } from './gap';

/**
 * A list, newest first, of which only parts are loaded.
 *
 * The number of items of each day is known before the items (`setCounts`), or counted while pages are loaded from the
 * top.  Either way a page that runs over a day's end gives that day's real number, so loading corrects wrong counts.
 */
export class SparseList<T extends Entry> {
  /** Whether the list's end is known. */
  ended = false;
  length = 0;
  loaded = 0;
  /** The number of single insertions and removals: a page that was requested before one no longer fits its gap. */
  edits = 0;
  private groups: DayGroup<T>[] = [];
  private readonly groupOf = new Map<string, DayGroup<T>>();
  private uses = 0;

  constructor(
    private readonly dayOf: (item: T) => string,
    private readonly renewed: (older: T, newer: T) => T = (_, newer) => newer,
  ) {}

  days(): DayCount[] {
    return this.groups.map(({ day, count }) => ({ day, count }));
  }

  at(index: number): T | undefined {
    const group = this.groups[dayGroupAt(this.groups, index)];
    const slot = group?.slots[index - group.first];
    return typeof slot === 'object' ? slot : undefined;
  }

  /** The index of an item; -1 if it isn't loaded. */
  indexOf(id: string): number {
    const group = this.groupOf.get(id);
    return group === undefined ? -1 : group.first + placeIn(group, id);
  }

  /** The first loaded items, at most `max`. */
  head(max: number): T[] {
    const found: T[] = [];
    for (const { slots, loaded } of this.groups) {
      if (loaded === 0) continue;
      for (const slot of slots) {
        if (found.length >= max) return found;
        if (typeof slot === 'object') found.push(slot);
      }
    }
    return found;
  }

  clear(): void {
    for (const group of this.groups) this.close(group, 0);
    this.ended = false;
    this.updateIndexes();
  }

  /** Take the counts of all days; a day with a different count is loaded again. */
  setCounts(counts: readonly DayCount[]): void {
    const known = new Map(this.groups.map((group) => [group.day, group]));
    const growing = this.ended ? null : this.groups.at(-1);
    this.groups = counts.map(({ day, count }) => {
      const group = known.get(day) ?? emptyDayGroup<T>(day);
      known.delete(day);
      if (group.count !== count) {
        if (group !== growing || count < group.count) group.stale = group.slots.length > 0;
        group.count = count;
        this.cut(group, count);
      }
      return group;
    });
    for (const gone of known.values()) this.cut(gone, 0);
    this.ended = true;
    this.updateIndexes();
  }

  /** Mark a day, or all, to be loaded again when shown. */
  invalidate(day?: string): void {
    for (const group of this.groups) if (day === undefined || group.day === day) group.stale = true;
  }

  /** The first gap between two indexes, `to` excluded; null if no item is missing. */
  gap(from: number, to: number): Gap | null {
    for (const group of this.groups) {
      if (group.first < to && group.first + group.count > from) group.used = this.uses += 1;
    }
    const gap = firstGap(this.groups, from, to);
    return gap !== null || this.ended || to <= this.length ? gap : gapAtEnd(this.groups);
  }

  /** Put a page into its gap; `end` says that it is the last page. */
  place(gap: Gap, items: readonly T[], end: boolean): void {
    let group = gap.day === '' ? null : this.group(gap.day);
    let offset = gap.offset;
    let counted = group?.count ?? 0;
    if (group !== null) this.startOver(group);
    for (const item of items) {
      const day = this.dayOf(item);
      // Only a rounded bound, or a clock that was set back, makes items newer than the page's day.
      if (group !== null && day > group.day && gap.after === null && offset === 0) continue;
      if (group === null || day < group.day) {
        const next = this.group(day);
        this.startOver(next);
        if (group !== null) this.close(group, offset);
        this.dropBetween(group?.day ?? '\uffff', day);
        [group, offset, counted] = [next, 0, next.count];
      }
      this.put(group, offset, item);
      offset += 1;
    }
    if (end) {
      if (group !== null) this.close(group, offset);
      this.dropBetween(group?.day ?? '\uffff', '');
      this.ended = true;
    } else if (this.ended && group !== null && offset > counted) {
      group.count = offset + 1; // more items than were counted: the next page gives the number
    }
    this.updateIndexes();
  }

  /** Replace an item; return false if it isn't loaded. */
  update(item: T): boolean {
    const group = this.groupOf.get(item.id);
    if (group === undefined) return false;
    const offset = placeIn(group, item.id);
    group.slots[offset] = this.renewed(group.slots[offset] as T, item);
    return true;
  }

  /**
   * Insert an item in order; return false if the items around its place aren't loaded.
   *
   * A new item (`isNew`) is counted in any case, and its day is loaded again when shown.
   */
  insert(item: T, isNew = false): boolean {
    if (this.groupOf.has(item.id)) return false;
    const day = this.dayOf(item);
    const last = this.groups.at(-1);
    // An item after the last page comes with its own page.
    if (!this.ended && (last === undefined || day < last.day)) return false;
    const group = this.group(day);
    const offset = placeFor(group, item.id);
    if ((offset < 0 && !isNew) || (!this.ended && group === last && offset === group.count)) return false;
    if (offset < 0) group.stale = true;
    else {
      group.slots.length = Math.max(group.slots.length, offset);
      group.slots.splice(offset, 0, item);
      this.noteLoaded(group, item.id);
    }
    group.count += 1;
    this.edits += 1;
    this.updateIndexes();
    return true;
  }

  remove(id: string): boolean {
    const group = this.groupOf.get(id);
    if (group === undefined) return false;
    group.slots.splice(placeIn(group, id), 1);
    group.count -= 1;
    this.noteUnloaded(id);
    this.edits += 1;
    this.updateIndexes();
    return true;
  }

  /** Unload the least recently shown days until `max` items are left, except those between two indexes. */
  unload(from: number, to: number, max: number): void {
    if (this.loaded <= max) return;
    for (const group of [...this.groups].sort((a, b) => a.used - b.used)) {
      if (this.loaded <= max) return;
      const near = group.first < to && group.first + group.count > from;
      const spare = Math.floor(max / 4);
      const [first, end] = near ? [from - spare - group.first, to + spare - group.first] : [0, 0];
      for (const id of unloadOutside(group, first, end)) this.noteUnloaded(id);
    }
  }

  /** Put an item at an offset; a known item there moves behind it, or is removed if it belongs before it. */
  private put(group: DayGroup<T>, offset: number, item: T): void {
    const { slots } = group;
    const known = this.groupOf.get(item.id);
    const before = known === undefined ? -1 : placeIn(known, item.id);
    if (known === group && before > offset) this.skip(group, offset, before);
    else if (known !== undefined && (known !== group || before < offset)) {
      known.slots[before] = undefined;
      this.noteUnloaded(item.id);
    }
    for (let there = slots[offset]; there !== undefined && idOf(there) > item.id; there = slots[offset]) {
      this.skip(group, offset, offset + 1);
    }
    const there = slots[offset];
    if (there === undefined) slots[offset] = item;
    else if (idOf(there) === item.id) slots[offset] = typeof there === 'object' ? this.renewed(there, item) : item;
    else {
      slots.splice(offset, 0, item);
      group.count += 1;
    }
    group.count = Math.max(group.count, offset + 1);
    this.noteLoaded(group, item.id);
  }

  /** Remove what is between two offsets: it is no longer in the list. */
  private skip(group: DayGroup<T>, from: number, to: number): void {
    for (const slot of group.slots.splice(from, to - from)) if (typeof slot === 'object') this.noteUnloaded(slot.id);
    group.count -= to - from;
  }

  private startOver(group: DayGroup<T>): void {
    if (group.stale) this.cut(group, 0);
    group.stale = false;
  }

  private close(group: DayGroup<T>, offset: number): void {
    this.cut(group, offset);
    group.count = offset;
  }

  private cut(group: DayGroup<T>, length: number): void {
    for (const slot of group.slots.slice(length)) if (typeof slot === 'object') this.noteUnloaded(slot.id);
    group.slots.length = Math.min(group.slots.length, length);
  }

  /** Remove the days between two days, of which the newer is the first argument. */
  private dropBetween(newer: string, older: string): void {
    this.groups = this.groups.filter((group) => {
      const between = group.day < newer && group.day > older;
      if (between) this.cut(group, 0);
      return !between;
    });
  }

  private group(day: string): DayGroup<T> {
    const at = this.groups.findIndex((group) => group.day <= day);
    const there = this.groups[at];
    if (there?.day === day) return there;
    const fresh = emptyDayGroup<T>(day);
    this.groups.splice(at < 0 ? this.groups.length : at, 0, fresh);
    return fresh;
  }

  private noteLoaded(group: DayGroup<T>, id: string): void {
    if (this.groupOf.get(id) === group) return;
    this.groupOf.set(id, group);
    group.loaded += 1;
    this.loaded += 1;
  }

  private noteUnloaded(id: string): void {
    const group = this.groupOf.get(id);
    if (group === undefined) return;
    this.groupOf.delete(id);
    group.loaded -= 1;
    this.loaded -= 1;
  }

  private updateIndexes(): void {
    this.groups = this.groups.filter(({ count }) => count > 0);
    this.length = 0;
    for (const group of this.groups) {
      group.first = this.length;
      this.length += group.count;
    }
  }
}
