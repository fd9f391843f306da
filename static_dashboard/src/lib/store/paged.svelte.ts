import type { Api } from '../api/calls';
import type { LibraryImage } from '../api/types';
import { endOfDay, localDay } from '../text/time';
import type { DayCount } from './dayGroup';
import { SparseList, type Gap } from './sparseList';
import { idAt, timeOf } from './ulid';
import { isExpiring, reuseUrls } from './urls';

export const FIRST = 60;
const LEAST = 60; // of a page
const MOST = 200;
const KEPT = 2_400; // images in memory; their places are arithmetic
const RENEWED_MS = 60_000;

/** The images of a query, newest first, loaded page by page where somebody looks. */
export class PagedList {
  /** How many images each day has, as far as known; months where there is no timeline. */
  days = $state.raw<readonly DayCount[]>([]);
  length = $state(0);
  /** Whether `days` reaches to the list's end. */
  ended = $state(false);
  status = $state<'new' | 'loading' | 'ready' | 'failed'>('new');
  error = $state.raw<unknown>(null);
  total = $state<string | null>(null);
  matched = $state.raw<readonly string[]>([]);
  /** New images that wait above, so that nothing on screen moves. */
  waiting = $state.raw<LibraryImage[]>([]);
  protected version = $state(0);
  protected readonly sparse: SparseList<LibraryImage>;
  protected newest = '';
  private zone: string | null = null;
  private wanted: [from: number, to: number] = [0, 0];
  private asked: { abort: AbortController; from: number; to: number } | null = null;
  private readonly renewedAt = new Map<string, number>();

  constructor(
    protected readonly api: Api,
    readonly q: string,
    readonly trash = false,
  ) {
    this.sparse = new SparseList(
      (image) => this.dayOf(image),
      (older, newer) => reuseUrls(older, newer, Date.now()),
    );
  }

  /** Only the whole library has enough images on its days. */
  get byDay(): boolean {
    return this.q === '' && !this.trash;
  }

  get query(): string {
    return this.trash ? 'is:trash' : this.q;
  }

  /** The image at a place, if it is here. */
  at(index: number): LibraryImage | undefined {
    void this.version;
    return this.sparse.at(index);
  }

  /** Where an image stands; -1 for one that is not here. */
  indexOf(id: string): number {
    void this.version;
    return this.sparse.indexOf(id);
  }

  get(id: string): LibraryImage | undefined {
    return this.at(this.indexOf(id));
  }

  /** The newest that are here. */
  head(most: number): LibraryImage[] {
    void this.version;
    return this.sparse.head(most);
  }

  /** Takes the counts of the library's days, so that every place is known before its image. */
  setCounts(days: readonly DayCount[], zone: string): void {
    this.zone = zone;
    const waiting = new Map<string, number>();
    for (const { day } of this.waiting) waiting.set(day, (waiting.get(day) ?? 0) + 1);
    this.sparse.setCounts(days.map(({ day, count }) => ({ day, count: Math.max(0, count - (waiting.get(day) ?? 0)) })));
    this.tell();
    void this.pump();
  }

  /** Loads from the top, replacing what was there once the answer has come. */
  async reload(): Promise<void> {
    this.asked?.abort.abort();
    this.asked = null;
    this.status = 'loading';
    this.sparse.spoil();
    await this.load({ day: '', offset: 0, after: null, index: 0 }, FIRST, true);
    await this.pump();
  }

  /** Loads what is missing between two indexes; what was asked for before and is elsewhere can wait. */
  want(from: number, to: number): void {
    this.wanted = [from, to];
    if (this.status === 'new') return;
    if (this.asked !== null && (this.asked.from >= to || this.asked.to <= from)) {
      this.asked.abort.abort();
      this.asked = null;
    }
    void this.pump();
  }

  /** Tries again what failed. */
  retry(): void {
    if (this.length === 0) void this.reload();
    else void this.pump();
  }

  /** Asks again for an image whose signed address has run out. */
  renew(id: string): void {
    const image = this.get(id);
    const now = Date.now();
    // What is missing from the store is missing again after a minute.
    if (image === undefined || now - (this.renewedAt.get(id) ?? 0) < RENEWED_MS) return;
    this.renewedAt.set(id, now);
    this.sparse.spoil(this.dayOf(image));
    void this.pump();
  }

  /** Whether addresses have run out while nobody looked. */
  get stale(): boolean {
    const first = this.sparse.at(this.wanted[0]) ?? this.sparse.head(1)[0];
    return first !== undefined && isExpiring(first, Date.now());
  }

  /** The id beside another in this list; null where there is none. */
  async beside(id: string, step: 1 | -1): Promise<string | null> {
    const index = this.sparse.indexOf(id);
    if (index >= 0) {
      const there = this.sparse.at(index + step);
      if (there !== undefined) return there.id;
      if (index + step < 0 || (this.ended && index + step >= this.length)) return null;
    }
    const page = await this.api.images({ q: this.query, [step > 0 ? 'before' : 'after']: id, limit: 1 });
    return page.items[0]?.id ?? null;
  }

  /** The images between two indexes, `to` excluded, loading what is missing. */
  async range(from: number, to: number): Promise<LibraryImage[]> {
    for (let gap = this.sparse.gap(from, to); gap !== null; gap = this.sparse.gap(from, to)) {
      await this.fetch(gap, Math.min(MOST, to - gap.index));
      if (this.status === 'failed') throw this.error;
    }
    const found = Array.from({ length: to - from }, (_, step) => this.sparse.at(from + step));
    return found.filter((image) => image !== undefined);
  }

  /** Where an image stands, loading what lies before it; -1 if it is not in this list. */
  async reach(id: string): Promise<number> {
    for (let pages = 0; pages < MOST && this.sparse.indexOf(id) < 0; pages += 1) {
      const [from, to] = this.zone === null ? [this.length, this.length + 1] : this.span(timeOf(id), this.zone);
      const past = this.zone === null && (this.sparse.at(this.length - 1)?.id ?? id) < id;
      const gap = past ? null : this.sparse.gap(from, to);
      if (gap === null) break;
      await this.fetch(gap, MOST);
      if (this.status === 'failed') break;
    }
    return this.indexOf(id);
  }

  /** The indexes of the images of the day in which an instant lies. */
  private span(instant: number, zone: string): [from: number, to: number] {
    const day = localDay(new Date(instant), zone);
    let from = 0;
    for (const one of this.days) {
      if (one.day === day) return [from, from + one.count];
      from += one.count;
    }
    return [0, 0];
  }

  private async pump(): Promise<void> {
    while (this.asked === null) {
      const [from, to] = this.wanted;
      const gap = this.sparse.gap(from, to);
      if (gap === null) break;
      await this.load(gap, Math.min(MOST, Math.max(LEAST, to - gap.index)));
      if (this.status === 'failed') return;
    }
    if (this.asked === null) this.sparse.forget(...this.wanted, KEPT);
  }

  /** A page that is needed now, before any that somebody only scrolls by. */
  private async fetch(gap: Gap, limit: number): Promise<void> {
    this.asked?.abort.abort();
    await this.load(gap, limit);
  }

  private async load(gap: Gap, limit: number, top = false): Promise<void> {
    const asked = { abort: new AbortController(), from: gap.index, to: gap.index + limit };
    this.asked = asked;
    if (this.length === 0) this.status = 'loading';
    const edits = this.sparse.edits;
    try {
      const page = await this.api.images({ q: this.query, ...this.way(gap), limit }, asked.abort.signal);
      if (this.asked !== asked) return;
      this.asked = null;
      this.status = 'ready';
      this.error = null;
      if (top) {
        this.waiting = [];
        this.total = page.total_text ?? (page.total == null ? null : String(page.total));
        this.matched = page.matched ?? [];
        if (this.zone === null) this.sparse.clear();
      } else if (this.sparse.edits !== edits) return; // places have moved: what is missing is asked for again
      const hidden = new Set(this.waiting.map(({ id }) => id));
      const items = page.items.filter(({ id }) => !hidden.has(id));
      this.sparse.place(gap, items, page.next_cursor === null);
      if (gap.index === 0) this.noteNewest(items[0]?.id ?? '');
      this.tell();
    } catch (error) {
      if (this.asked !== asked) return;
      this.asked = null;
      this.error = error;
      this.status = 'failed';
    }
  }

  private way({ day, after }: Gap): { cursor?: string; before?: string } {
    if (after !== null) return { cursor: after };
    return day === '' ? {} : { before: idAt(endOfDay(day, this.zone ?? 'UTC')) };
  }

  private dayOf(image: LibraryImage): string {
    return this.byDay ? image.day : image.day.slice(0, 7);
  }

  protected noteNewest(id: string): void {
    if (id > this.newest) this.newest = id;
  }

  protected tell(): void {
    const { length, ended } = this.sparse;
    this.days = this.sparse.days();
    this.length = length;
    this.ended = ended;
    this.version += 1;
  }
}
