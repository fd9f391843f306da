import type { DayCount, Entry } from './dayGroup';
import type { Gap } from './gap';

/**
 * A list in an order that only the API knows, loaded from the top, page after page.
 *
 * It has the methods of `SparseList`.  An item keeps its place until the list is loaded again.
 */
export class SequentialList<T extends Entry> {
  /** Whether the list's end is known. */
  ended = false;
  /** Pages are appended, so that a removed item doesn't make a requested page unusable. */
  readonly edits = 0;
  private items: T[] = [];
  private indexes = new Map<string, number>();
  /** Of removed items, the index and the ID of the item that followed. */
  private readonly removed = new Map<string, { index: number; following: string | undefined }>();
  private next: string | null = null;

  /** Consecutive items with the same `headingOf` share a heading. */
  constructor(
    private readonly headingOf: (item: T) => string,
    private readonly renewed: (older: T, newer: T) => T = (_, newer) => newer,
  ) {}

  get length(): number {
    return this.items.length;
  }

  /** Headings with the numbers of their items. A heading never returns, even if a later item belongs to it. */
  days(): DayCount[] {
    const found: DayCount[] = [];
    const used = new Set<string>();
    for (const item of this.items) {
      const day = this.headingOf(item);
      const last = found.at(-1);
      if (last !== undefined && (last.day === day || used.has(day))) last.count += 1;
      else found.push({ day, count: 1 });
      used.add(day);
    }
    return found;
  }

  at(index: number): T | undefined {
    return this.items[index];
  }

  /** The index of an item; -1 if it isn't loaded. */
  indexOf(id: string): number {
    return this.indexes.get(id) ?? -1;
  }

  /** The first loaded items, at most `max`. */
  head(max: number): T[] {
    return this.items.slice(0, max);
  }

  clear(): void {
    this.items = [];
    this.removed.clear();
    this.ended = false;
    this.next = null;
    this.updateIndexes();
  }

  /** Does nothing: outdated items are shown until the whole list is loaded again. */
  invalidate(): void {}

  /** Does nothing: a loaded item can't be loaded again in the same place. */
  unload(): void {}

  /** The gap at the end, if an index before `to` isn't loaded. */
  gap(_from: number, to: number): Gap | null {
    const { length } = this.items;
    return this.ended || to <= length ? null : { day: '', offset: length, after: this.next, index: length };
  }

  /** Append a page; `next` is the cursor of the one after it. */
  place(_gap: Gap, items: readonly T[], end: boolean, next: string | null = null): void {
    for (const item of items) if (!this.update(item)) this.items.push(item);
    this.ended = end;
    this.next = next;
    this.updateIndexes();
  }

  /** Replace an item; return false if it isn't loaded. */
  update(item: T): boolean {
    const index = this.indexOf(item.id);
    const known = this.items[index];
    if (known === undefined) return false;
    this.items[index] = this.renewed(known, item);
    return true;
  }

  /** Insert an item where it was removed; return false for any other. */
  insert(item: T): boolean {
    const place = this.removed.get(item.id);
    if (place === undefined) return false;
    let following = place.following;
    // Of neighbors that are removed, any may return first.
    while (following !== undefined && this.indexOf(following) < 0) following = this.removed.get(following)?.following;
    this.removed.delete(item.id);
    this.items.splice(following === undefined ? place.index : this.indexOf(following), 0, item);
    this.updateIndexes();
    return true;
  }

  remove(id: string): boolean {
    const index = this.indexOf(id);
    if (index < 0) return false;
    this.items.splice(index, 1);
    this.removed.set(id, { index, following: this.items[index]?.id });
    this.updateIndexes();
    return true;
  }

  /** Move loaded items, in this order, before another one, or to the end. */
  move(ids: readonly string[], before: string | null): void {
    const moved = ids.map((id) => this.items[this.indexOf(id)]).filter((item) => item !== undefined);
    const rest = this.items.filter(({ id }) => !ids.includes(id));
    const index = rest.findIndex(({ id }) => id === before);
    // What is moved to an end that isn't loaded comes with its page.
    if (index >= 0 || this.ended) rest.splice(index < 0 ? rest.length : index, 0, ...moved);
    this.items = rest;
    this.updateIndexes();
  }

  private updateIndexes(): void {
    this.indexes = new Map(this.items.map(({ id }, index) => [id, index]));
  }
}
