import { emptyShelf, idOf, placeFor, placeIn, shelfAt, strip, type DayCount, type Entry, type Shelf } from './dayGroup';

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
  private shelves: Shelf<T>[] = [];
  private readonly shelfOf = new Map<string, Shelf<T>>();
  private uses = 0;

  constructor(
    private readonly dayOf: (item: T) => string,
    private readonly renewed: (older: T, newer: T) => T = (_, newer) => newer,
  ) {}

  days(): DayCount[] {
    return this.shelves.map(({ day, count }) => ({ day, count }));
  }

  at(index: number): T | undefined {
    const shelf = this.shelves[shelfAt(this.shelves, index)];
    const slot = shelf?.slots[index - shelf.first];
    return typeof slot === 'object' ? slot : undefined;
  }

  /** Where an item stands; -1 for one that is not here. */
  indexOf(id: string): number {
    const shelf = this.shelfOf.get(id);
    return shelf === undefined ? -1 : shelf.first + placeIn(shelf, id);
  }

  /** The first items that are here, at most `most`. */
  head(most: number): T[] {
    const found: T[] = [];
    for (const { slots, loaded } of this.shelves) {
      if (loaded === 0) continue;
      for (const slot of slots) {
        if (found.length >= most) return found;
        if (typeof slot === 'object') found.push(slot);
      }
    }
    return found;
  }

  clear(): void {
    for (const shelf of this.shelves) this.close(shelf, 0);
    this.ended = false;
    this.settle();
  }

  /** Takes the counts of all days; a day of which another number is here loads anew. */
  setCounts(counts: readonly DayCount[]): void {
    const known = new Map(this.shelves.map((shelf) => [shelf.day, shelf]));
    const growing = this.ended ? null : this.shelves.at(-1);
    this.shelves = counts.map(({ day, count }) => {
      const shelf = known.get(day) ?? emptyShelf<T>(day);
      known.delete(day);
      if (shelf.count !== count) {
        if (shelf !== growing || count < shelf.count) shelf.stale = shelf.slots.length > 0;
        shelf.count = count;
        this.cut(shelf, count);
      }
      return shelf;
    });
    for (const gone of known.values()) this.cut(gone, 0);
    this.ended = true;
    this.settle();
  }

  /** Lets a day, or all, be loaded anew where somebody looks. */
  spoil(day?: string): void {
    for (const shelf of this.shelves) if (day === undefined || shelf.day === day) shelf.stale = true;
  }

  /** The first thing that is missing between two indexes, `to` excluded. */
  gap(from: number, to: number): Gap | null {
    for (let at = Math.max(0, shelfAt(this.shelves, from)); at < this.shelves.length; at += 1) {
      const shelf = this.shelves[at] as Shelf<T>;
      if (shelf.first >= to) break;
      shelf.used = this.uses += 1;
      if (shelf.stale) return this.way(at, 0);
      const last = Math.min(shelf.count, to - shelf.first);
      for (let offset = Math.max(0, from - shelf.first); offset < last; offset += 1) {
        if (typeof shelf.slots[offset] !== 'object') return this.way(at, offset);
      }
    }
    if (this.ended || to <= this.length) return null;
    const last = this.shelves.at(-1);
    if (last === undefined) return { day: '', offset: 0, after: null, index: 0 };
    return this.way(this.shelves.length - 1, last.count);
  }

  /** How to come to a place: from the nearest known item before it. */
  private way(at: number, offset: number): Gap {
    const { day, slots, first } = this.shelves[at] as Shelf<T>;
    for (let near = offset - 1; near >= 0; near -= 1) {
      const slot = slots[near];
      if (slot !== undefined) return { day, offset: near + 1, after: idOf(slot), index: first + near + 1 };
    }
    const before = this.shelves[at - 1];
    const end = before === undefined || before.stale ? undefined : before.slots[before.count - 1];
    if (end === undefined) return { day: before === undefined ? '' : day, offset: 0, after: null, index: first };
    return { day: before?.day ?? '', offset: before?.count ?? 0, after: idOf(end), index: first };
  }

  /** Puts a page into its gap; `end` says that nothing follows it. */
  place(gap: Gap, items: readonly T[], end: boolean): void {
    let shelf = gap.day === '' ? null : this.shelf(gap.day);
    let offset = gap.offset;
    let told = shelf?.count ?? 0;
    if (shelf !== null) this.freshen(shelf);
    for (const item of items) {
      const day = this.dayOf(item);
      // Newer than the page's day is only what a bound let through, or what a clock that was set back made.
      if (shelf !== null && day > shelf.day && gap.after === null && offset === 0) continue;
      if (shelf === null || day < shelf.day) {
        const next = this.shelf(day);
        this.freshen(next);
        if (shelf !== null) this.close(shelf, offset);
        this.dropBetween(shelf?.day ?? '\uffff', day);
        [shelf, offset, told] = [next, 0, next.count];
      }
      this.put(shelf, offset, item);
      offset += 1;
    }
    if (end) {
      if (shelf !== null) this.close(shelf, offset);
      this.dropBetween(shelf?.day ?? '\uffff', '');
      this.ended = true;
    } else if (this.ended && shelf !== null && offset > told) {
      shelf.count = offset + 1; // it has more than was told: the next page says how many
    }
    this.settle();
  }

  /** Replaces an item where it stands. */
  update(item: T): boolean {
    const shelf = this.shelfOf.get(item.id);
    if (shelf === undefined) return false;
    const offset = placeIn(shelf, item.id);
    shelf.slots[offset] = this.renewed(shelf.slots[offset] as T, item);
    return true;
  }

  /**
   * Puts an item where it belongs; false where too little is known around that place.
   *
   * One that is surely new is counted there all the same, and its day loads anew where somebody looks.
   */
  insert(item: T, isNew = false): boolean {
    if (this.shelfOf.has(item.id)) return false;
    const day = this.dayOf(item);
    const last = this.shelves.at(-1);
    // What lies below the last page comes with its own page.
    if (!this.ended && (last === undefined || day < last.day)) return false;
    const shelf = this.shelf(day);
    const offset = placeFor(shelf, item.id);
    if ((offset < 0 && !isNew) || (!this.ended && shelf === last && offset === shelf.count)) return false;
    if (offset < 0) shelf.stale = true;
    else {
      shelf.slots.length = Math.max(shelf.slots.length, offset);
      shelf.slots.splice(offset, 0, item);
      this.noteLoaded(shelf, item.id);
    }
    shelf.count += 1;
    this.edits += 1;
    this.settle();
    return true;
  }

  remove(id: string): boolean {
    const shelf = this.shelfOf.get(id);
    if (shelf === undefined) return false;
    shelf.slots.splice(placeIn(shelf, id), 1);
    shelf.count -= 1;
    this.noteGone(id);
    this.edits += 1;
    this.settle();
    return true;
  }

  /** Forgets the days that nobody looked at for longest until `most` items are left; never what is in between. */
  forget(from: number, to: number, most: number): void {
    if (this.loaded <= most) return;
    for (const shelf of [...this.shelves].sort((a, b) => a.used - b.used)) {
      if (this.loaded <= most) return;
      const near = shelf.first < to && shelf.first + shelf.count > from;
      const spare = Math.floor(most / 4);
      const [first, end] = near ? [from - spare - shelf.first, to + spare - shelf.first] : [0, 0];
      for (const id of strip(shelf, first, end)) this.noteGone(id);
    }
  }

  /** Puts an item at an offset; what is known there moves up behind it, or goes if it should have come before. */
  private put(shelf: Shelf<T>, offset: number, item: T): void {
    const { slots } = shelf;
    const known = this.shelfOf.get(item.id);
    const before = known === undefined ? -1 : placeIn(known, item.id);
    if (known === shelf && before > offset) this.skip(shelf, offset, before);
    else if (known !== undefined && (known !== shelf || before < offset)) {
      known.slots[before] = undefined;
      this.noteGone(item.id);
    }
    for (let there = slots[offset]; there !== undefined && idOf(there) > item.id; there = slots[offset]) {
      this.skip(shelf, offset, offset + 1);
    }
    const there = slots[offset];
    if (there === undefined) slots[offset] = item;
    else if (idOf(there) === item.id) slots[offset] = typeof there === 'object' ? this.renewed(there, item) : item;
    else {
      slots.splice(offset, 0, item);
      shelf.count += 1;
    }
    shelf.count = Math.max(shelf.count, offset + 1);
    this.noteLoaded(shelf, item.id);
  }

  /** What stood between two offsets is not in the list any more. */
  private skip(shelf: Shelf<T>, from: number, to: number): void {
    for (const slot of shelf.slots.splice(from, to - from)) if (typeof slot === 'object') this.noteGone(slot.id);
    shelf.count -= to - from;
  }

  private freshen(shelf: Shelf<T>): void {
    if (shelf.stale) this.cut(shelf, 0);
    shelf.stale = false;
  }

  private close(shelf: Shelf<T>, offset: number): void {
    this.cut(shelf, offset);
    shelf.count = offset;
  }

  private cut(shelf: Shelf<T>, length: number): void {
    for (const slot of shelf.slots.slice(length)) if (typeof slot === 'object') this.noteGone(slot.id);
    shelf.slots.length = Math.min(shelf.slots.length, length);
  }

  /** Nothing lies between two days, of which the newer is named first. */
  private dropBetween(newer: string, older: string): void {
    this.shelves = this.shelves.filter((shelf) => {
      const between = shelf.day < newer && shelf.day > older;
      if (between) this.cut(shelf, 0);
      return !between;
    });
  }

  private shelf(day: string): Shelf<T> {
    const at = this.shelves.findIndex((shelf) => shelf.day <= day);
    const there = this.shelves[at];
    if (there?.day === day) return there;
    const fresh = emptyShelf<T>(day);
    this.shelves.splice(at < 0 ? this.shelves.length : at, 0, fresh);
    return fresh;
  }

  private noteLoaded(shelf: Shelf<T>, id: string): void {
    if (this.shelfOf.get(id) === shelf) return;
    this.shelfOf.set(id, shelf);
    shelf.loaded += 1;
    this.loaded += 1;
  }

  private noteGone(id: string): void {
    const shelf = this.shelfOf.get(id);
    if (shelf === undefined) return;
    this.shelfOf.delete(id);
    shelf.loaded -= 1;
    this.loaded -= 1;
  }

  private settle(): void {
    this.shelves = this.shelves.filter(({ count }) => count > 0);
    this.length = 0;
    for (const shelf of this.shelves) {
      shelf.first = this.length;
      this.length += shelf.count;
    }
  }
}
