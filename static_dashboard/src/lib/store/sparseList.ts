import {
  emptyDayGroup,
  idOf,
  placeFor,
  placeIn,
  dayGroupAt,
  strip,
  type DayCount,
  type Entry,
  type DayGroup,
} from './dayGroup';

/** Where a page belongs: behind the item `after`, or, where that is null, at the beginning of a day. */
export interface Gap {
  /** Empty at the top of the list. */
  day: string;
  offset: number;
  after: string | null;
  /** In the list, of the first item that the page will have. */
  index: number;
}

/**
 * A list, newest first, of which only some parts are here.
 *
 * How many items each day has is known before the items are (`setCounts`), or is learned from them, page after
 * page from the top.  Either way a page that runs over a day's end tells how many that day really has, so wrong
 * counts heal where somebody looks.
 */
export class SparseList<T extends Entry> {
  /** Whether the list's end is known. */
  ended = false;
  length = 0;
  loaded = 0;
  /** Counts items that came or went one by one: a page that was asked for before no longer fits its gap. */
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

  /** Where an item stands; -1 for one that is not here. */
  indexOf(id: string): number {
    const group = this.groupOf.get(id);
    return group === undefined ? -1 : group.first + placeIn(group, id);
  }

  /** The first items that are here, at most `most`. */
  head(most: number): T[] {
    const found: T[] = [];
    for (const { slots, loaded } of this.groups) {
      if (loaded === 0) continue;
      for (const slot of slots) {
        if (found.length >= most) return found;
        if (typeof slot === 'object') found.push(slot);
      }
    }
    return found;
  }

  clear(): void {
    for (const group of this.groups) this.close(group, 0);
    this.ended = false;
    this.settle();
  }

  /** Takes the counts of all days; a day of which another number is here loads anew. */
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
    this.settle();
  }

  /** Lets a day, or all, be loaded anew where somebody looks. */
  spoil(day?: string): void {
    for (const group of this.groups) if (day === undefined || group.day === day) group.stale = true;
  }

  /** The first thing that is missing between two indexes, `to` excluded. */
  gap(from: number, to: number): Gap | null {
    for (let at = Math.max(0, dayGroupAt(this.groups, from)); at < this.groups.length; at += 1) {
      const group = this.groups[at] as DayGroup<T>;
      if (group.first >= to) break;
      group.used = this.uses += 1;
      if (group.stale) return this.way(at, 0);
      const last = Math.min(group.count, to - group.first);
      for (let offset = Math.max(0, from - group.first); offset < last; offset += 1) {
        if (typeof group.slots[offset] !== 'object') return this.way(at, offset);
      }
    }
    if (this.ended || to <= this.length) return null;
    const last = this.groups.at(-1);
    if (last === undefined) return { day: '', offset: 0, after: null, index: 0 };
    return this.way(this.groups.length - 1, last.count);
  }

  /** How to come to a place: from the nearest known item before it. */
  private way(at: number, offset: number): Gap {
    const { day, slots, first } = this.groups[at] as DayGroup<T>;
    for (let near = offset - 1; near >= 0; near -= 1) {
      const slot = slots[near];
      if (slot !== undefined) return { day, offset: near + 1, after: idOf(slot), index: first + near + 1 };
    }
    const before = this.groups[at - 1];
    const end = before === undefined || before.stale ? undefined : before.slots[before.count - 1];
    if (end === undefined) return { day: before === undefined ? '' : day, offset: 0, after: null, index: first };
    return { day: before?.day ?? '', offset: before?.count ?? 0, after: idOf(end), index: first };
  }

  /** Puts a page into its gap; `end` says that nothing follows it. */
  place(gap: Gap, items: readonly T[], end: boolean): void {
    let group = gap.day === '' ? null : this.group(gap.day);
    let offset = gap.offset;
    let told = group?.count ?? 0;
    if (group !== null) this.freshen(group);
    for (const item of items) {
      const day = this.dayOf(item);
      // Newer than the page's day is only what a bound let through, or what a clock that was set back made.
      if (group !== null && day > group.day && gap.after === null && offset === 0) continue;
      if (group === null || day < group.day) {
        const next = this.group(day);
        this.freshen(next);
        if (group !== null) this.close(group, offset);
        this.dropBetween(group?.day ?? '\uffff', day);
        [group, offset, told] = [next, 0, next.count];
      }
      this.put(group, offset, item);
      offset += 1;
    }
    if (end) {
      if (group !== null) this.close(group, offset);
      this.dropBetween(group?.day ?? '\uffff', '');
      this.ended = true;
    } else if (this.ended && group !== null && offset > told) {
      group.count = offset + 1; // it has more than was told: the next page says how many
    }
    this.settle();
  }

  /** Replaces an item where it stands. */
  update(item: T): boolean {
    const group = this.groupOf.get(item.id);
    if (group === undefined) return false;
    const offset = placeIn(group, item.id);
    group.slots[offset] = this.renewed(group.slots[offset] as T, item);
    return true;
  }

  /**
   * Puts an item where it belongs; false where too little is known around that place.
   *
   * One that is surely new is counted there all the same, and its day loads anew where somebody looks.
   */
  insert(item: T, isNew = false): boolean {
    if (this.groupOf.has(item.id)) return false;
    const day = this.dayOf(item);
    const last = this.groups.at(-1);
    // What lies below the last page comes with its own page.
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
    this.settle();
    return true;
  }

  remove(id: string): boolean {
    const group = this.groupOf.get(id);
    if (group === undefined) return false;
    group.slots.splice(placeIn(group, id), 1);
    group.count -= 1;
    this.noteGone(id);
    this.edits += 1;
    this.settle();
    return true;
  }

  /** Forgets the days that nobody looked at for longest until `most` items are left; never what is in between. */
  forget(from: number, to: number, most: number): void {
    if (this.loaded <= most) return;
    for (const group of [...this.groups].sort((a, b) => a.used - b.used)) {
      if (this.loaded <= most) return;
      const near = group.first < to && group.first + group.count > from;
      const spare = Math.floor(most / 4);
      const [first, end] = near ? [from - spare - group.first, to + spare - group.first] : [0, 0];
      for (const id of strip(group, first, end)) this.noteGone(id);
    }
  }

  /** Puts an item at an offset; what is known there moves up behind it, or goes if it should have come before. */
  private put(group: DayGroup<T>, offset: number, item: T): void {
    const { slots } = group;
    const known = this.groupOf.get(item.id);
    const before = known === undefined ? -1 : placeIn(known, item.id);
    if (known === group && before > offset) this.skip(group, offset, before);
    else if (known !== undefined && (known !== group || before < offset)) {
      known.slots[before] = undefined;
      this.noteGone(item.id);
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

  /** What stood between two offsets is not in the list any more. */
  private skip(group: DayGroup<T>, from: number, to: number): void {
    for (const slot of group.slots.splice(from, to - from)) if (typeof slot === 'object') this.noteGone(slot.id);
    group.count -= to - from;
  }

  private freshen(group: DayGroup<T>): void {
    if (group.stale) this.cut(group, 0);
    group.stale = false;
  }

  private close(group: DayGroup<T>, offset: number): void {
    this.cut(group, offset);
    group.count = offset;
  }

  private cut(group: DayGroup<T>, length: number): void {
    for (const slot of group.slots.slice(length)) if (typeof slot === 'object') this.noteGone(slot.id);
    group.slots.length = Math.min(group.slots.length, length);
  }

  /** Nothing lies between two days, of which the newer is named first. */
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

  private noteGone(id: string): void {
    const group = this.groupOf.get(id);
    if (group === undefined) return;
    this.groupOf.delete(id);
    group.loaded -= 1;
    this.loaded -= 1;
  }

  private settle(): void {
    this.groups = this.groups.filter(({ count }) => count > 0);
    this.length = 0;
    for (const group of this.groups) {
      group.first = this.length;
      this.length += group.count;
    }
  }
}
