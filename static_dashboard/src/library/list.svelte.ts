import type { Api } from '../api/calls';
import type { Picture } from '../api/types';
import { endOfDay, localDay } from '../words/time';
import { merge, without } from './order';
import type { DayCount } from './shelf';
import { SparseList, type Gap } from './sparse';
import { idAt, timeOf } from './ulid';
import { expiring, keepUrls } from './urls';

const FIRST = 60;
const LEAST = 60; // of a page
const MOST = 200;
const KEPT = 2_400; // pictures in memory; their places are arithmetic
const RENEWED_MS = 60_000;

/** One list of pictures, newest first: the library, what a search finds, or the trash. */
export class PictureList {
  /** How many pictures each day has, as far as known; months where there is no timeline. */
  days = $state.raw<readonly DayCount[]>([]);
  length = $state(0);
  /** Whether `days` reaches to the list's end. */
  ended = $state(false);
  /** New pictures that wait above, so that nothing on screen moves. */
  waiting = $state.raw<Picture[]>([]);
  status = $state<'new' | 'loading' | 'ready' | 'failed'>('new');
  error = $state.raw<unknown>(null);
  total = $state<string | null>(null);
  matched = $state.raw<readonly string[]>([]);
  /** Where the reader was, for coming back; null for the top of the page. */
  scroll: number | null = null;
  /** Whether arrivals may be shown at once: the reader is at the top. */
  atTop = true;
  private version = $state(0);
  private readonly sparse: SparseList<Picture>;
  private zone: string | null = null;
  private newest = '';
  private wanted: [from: number, to: number] = [0, 0];
  private asked: { abort: AbortController; from: number; to: number } | null = null;
  private readonly renewedAt = new Map<string, number>();

  constructor(
    private readonly api: Api,
    readonly q: string,
    readonly trash = false,
    private readonly onArrival: (ids: readonly string[]) => void = () => {},
  ) {
    const day = this.byDay ? (picture: Picture) => picture.day : (picture: Picture) => picture.day.slice(0, 7);
    this.sparse = new SparseList(day, (older, newer) => keepUrls(older, newer, Date.now()));
  }

  /** Only the whole library has enough pictures on its days. */
  get byDay(): boolean {
    return this.q === '' && !this.trash;
  }

  get query(): string {
    return this.trash ? 'is:trash' : this.q;
  }

  /** The picture at a place, if it is here. */
  at(index: number): Picture | undefined {
    void this.version;
    return this.sparse.at(index);
  }

  /** Where a picture stands; -1 for one that is not here. */
  indexOf(id: string): number {
    void this.version;
    return this.sparse.indexOf(id);
  }

  get(id: string): Picture | undefined {
    return this.at(this.indexOf(id));
  }

  /** The newest that are here. */
  head(most: number): Picture[] {
    void this.version;
    return this.sparse.head(most);
  }

  /** Takes the counts of the library's days, so that every place is known before its picture. */
  setCounts(days: readonly DayCount[], zone: string): void {
    this.zone = zone;
    const waiting = new Map<string, number>();
    for (const { day } of this.waiting) waiting.set(day, (waiting.get(day) ?? 0) + 1);
    const shown = days.map(({ day, count }) => ({ day, count: Math.max(0, count - (waiting.get(day) ?? 0)) }));
    this.sparse.setCounts(shown);
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

  private async load(gap: Gap, limit: number, top = false): Promise<void> {
    const asked = { abort: new AbortController(), from: gap.index, to: gap.index + limit };
    this.asked = asked;
    if (this.length === 0) this.status = 'loading';
    const edits = this.sparse.edits;
    try {
      const page = await this.api.pictures({ q: this.query, ...this.way(gap), limit }, asked.abort.signal);
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
      if (gap.index === 0) this.newest = max(this.newest, items[0]?.id);
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

  /** Takes up what the changes feed told. */
  notice(pictures: readonly Picture[]): void {
    if (this.status === 'new' || pictures.length === 0) return;
    const fresh: Picture[] = [];
    for (const picture of pictures) {
      if ((picture.deleted_at !== null) !== this.trash) this.drop(picture.id);
      else if (!this.update(picture)) fresh.push(picture);
    }
    if (fresh.length === 0) return;
    if (this.trash) this.insert(fresh);
    else if (this.q === '') this.arrive(fresh);
    else void this.arriveMatching(fresh);
  }

  /** Replaces one picture where it stands. */
  update(picture: Picture): boolean {
    const known = this.sparse.update(picture);
    if (known) this.version += 1;
    return known;
  }

  drop(id: string): void {
    if (this.sparse.remove(id)) {
      this.count(-1);
      this.tell();
    }
    if (this.waiting.some((picture) => picture.id === id)) this.waiting = without(this.waiting, id);
  }

  /** Puts pictures into their places, such as restored ones; those elsewhere come with their own page. */
  insert(pictures: readonly Picture[], areNew = false): void {
    const put = pictures.filter((picture) => this.sparse.insert(picture, areNew));
    this.count(put.length);
    this.newest = pictures.reduce((newest, { id }) => max(newest, id), this.newest);
    this.tell();
  }

  showWaiting(): void {
    const waiting = this.waiting;
    this.waiting = [];
    this.onArrival(waiting.map((picture) => picture.id));
    this.insert(waiting, true);
  }

  /** Asks again for a picture whose signed address has run out. */
  renew(id: string): void {
    const picture = this.get(id);
    const now = Date.now();
    // What is missing from the store is missing again after a minute.
    if (picture === undefined || now - (this.renewedAt.get(id) ?? 0) < RENEWED_MS) return;
    this.renewedAt.set(id, now);
    this.sparse.spoil(this.byDay ? picture.day : picture.day.slice(0, 7));
    void this.pump();
  }

  get stale(): boolean {
    const first = this.sparse.at(this.wanted[0]) ?? this.sparse.head(1)[0];
    return first !== undefined && expiring(first, Date.now());
  }

  /** The id beside another in this list; null where there is none. */
  async beside(id: string, step: 1 | -1): Promise<string | null> {
    const index = this.sparse.indexOf(id);
    if (index >= 0) {
      const there = this.sparse.at(index + step);
      if (there !== undefined) return there.id;
      if (index + step < 0 || (this.ended && index + step >= this.length)) return null;
    }
    const page = await this.api.pictures({ q: this.query, [step > 0 ? 'before' : 'after']: id, limit: 1 });
    return page.items[0]?.id ?? null;
  }

  /** Where a picture stands, loading what lies before it; -1 if it is not in this list. */
  async reach(id: string): Promise<number> {
    for (let pages = 0; pages < MOST && this.sparse.indexOf(id) < 0; pages += 1) {
      const [from, to] = this.zone === null ? [this.length, this.length + 1] : this.span(timeOf(id), this.zone);
      const past = this.zone === null && (this.sparse.at(this.length - 1)?.id ?? id) < id;
      const gap = past ? null : this.sparse.gap(from, to);
      if (gap === null) break;
      this.asked?.abort.abort();
      await this.load(gap, MOST);
      if (this.status === 'failed') break;
    }
    return this.indexOf(id);
  }

  /** The indexes of the pictures of the day in which an instant lies. */
  private span(instant: number, zone: string): [from: number, to: number] {
    const day = localDay(new Date(instant), zone);
    let from = 0;
    for (const one of this.days) {
      if (one.day === day) return [from, from + one.count];
      from += one.count;
    }
    return [0, 0];
  }

  private arrive(pictures: readonly Picture[]): void {
    const above = pictures.filter((picture) => picture.id > this.newest);
    const within = pictures.filter((picture) => picture.id <= this.newest);
    if (within.length > 0) this.insert(within);
    if (above.length === 0) return;
    if (!this.atTop) {
      this.waiting = merge(this.waiting, above);
      return;
    }
    this.onArrival(above.map((picture) => picture.id));
    this.insert(above, true);
  }

  /** The client can't tell what a search finds, so it asks for what is newer than its newest. */
  private async arriveMatching(pictures: readonly Picture[]): Promise<void> {
    if (this.newest !== '' && pictures.every((picture) => picture.id < this.newest)) return;
    try {
      const page = await this.api.pictures({ q: this.query, after: this.newest || undefined, limit: FIRST });
      if (page.items.length > 0) this.arrive(page.items);
    } catch {
      // The next change asks again.
    }
  }

  private tell(): void {
    const { length, ended } = this.sparse;
    this.days = this.sparse.days();
    this.length = length;
    this.ended = ended;
    this.version += 1;
  }

  private count(difference: number): void {
    if (this.total !== null && /^\d+$/.test(this.total)) this.total = String(Number(this.total) + difference);
  }
}

const max = (a: string, b = '') => (a > b ? a : b);
