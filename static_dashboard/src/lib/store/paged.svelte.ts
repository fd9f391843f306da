import type { Api } from '../api/calls';
import type { LibraryImage } from '../api/types';
import { endOfDay, localDay } from '../text/time';
import type { DayCount } from './dayGroup';
import type { Gap } from './gap';
import { newShuffle, orderOf, withShuffle, type Order } from './order';
import { SequentialList } from './sequentialList';
import { SparseList } from './sparseList';
import { idAt, timeOf } from './ulid';
import { isExpiring, reuseUrls } from './urls';

export const FIRST_PAGE = 60;
const MIN_PAGE = 60;
const MAX_PAGE = 200;
const MAX_PAGES_TO_IMAGE = 200;
const MAX_SORTED_PAGES_TO_IMAGE = 10; // the position of the image is unknown
const IDS_PER_CALL = 100;
const MAX_LOADED = 2_400; // images in memory
const RENEW_INTERVAL_MS = 60_000;

/** The images of a query, newest first or in the order of the query, loaded page by page where they are shown. */
export class PagedList {
  /** The number of images of each day, as far as known; of each month without a timeline. */
  days = $state.raw<readonly DayCount[]>([]);
  length = $state(0);
  /** Whether `days` covers the whole list. */
  ended = $state(false);
  status = $state<'new' | 'loading' | 'ready' | 'failed'>('new');
  error = $state.raw<unknown>(null);
  total = $state<string | null>(null);
  matched = $state.raw<readonly string[]>([]);
  /** New images that aren't shown yet, so that nothing on screen moves. */
  waiting = $state.raw<LibraryImage[]>([]);
  protected version = $state(0);
  /** The order of the query; null for newest first. */
  readonly order: Order | null;
  protected readonly sparse: SparseList<LibraryImage> | SequentialList<LibraryImage>;
  protected newest = '';
  private zone: string | null = null;
  private requested: [from: number, to: number] = [0, 0];
  private request: { abort: AbortController; from: number; to: number } | null = null;
  private readonly renewedAt = new Map<string, number>();
  private readonly shuffle = newShuffle();
  private expired: string[] = [];

  constructor(
    protected readonly api: Api,
    readonly q: string,
    readonly trash = false,
  ) {
    this.order = trash ? null : orderOf(q);
    this.sparse = new (this.order === null ? SparseList : SequentialList)<LibraryImage>(
      (image) => this.dayOf(image),
      (older, newer) => reuseUrls(older, newer, Date.now()),
    );
  }

  /** Whether the list is grouped by day; a search or trash has too few images per day. */
  get byDay(): boolean {
    return this.q === '' && !this.trash;
  }

  /** Whether the images have headings: those of the same month follow each other. */
  get isDated(): boolean {
    return this.order === null || this.order === 'oldest';
  }

  get query(): string {
    return this.trash ? 'is:trash' : withShuffle(this.q, this.shuffle);
  }

  /** The image at an index; undefined if it isn't loaded. */
  at(index: number): LibraryImage | undefined {
    void this.version;
    return this.sparse.at(index);
  }

  /** The index of an image; -1 if it isn't loaded. */
  indexOf(id: string): number {
    void this.version;
    return this.sparse.indexOf(id);
  }

  get(id: string): LibraryImage | undefined {
    return this.at(this.indexOf(id));
  }

  /** The newest loaded images. */
  head(most: number): LibraryImage[] {
    void this.version;
    return this.sparse.head(most);
  }

  /** Take the counts of the library's days, so that every index is known before its image is loaded. */
  setCounts(days: readonly DayCount[], zone: string): void {
    if (!(this.sparse instanceof SparseList)) return;
    this.zone = zone;
    const waiting = new Map<string, number>();
    for (const { day } of this.waiting) waiting.set(day, (waiting.get(day) ?? 0) + 1);
    this.sparse.setCounts(days.map(({ day, count }) => ({ day, count: Math.max(0, count - (waiting.get(day) ?? 0)) })));
    this.publish();
    void this.loadMissing();
  }

  /** Load from the top, and replace the list once the response has arrived. */
  async reload(): Promise<void> {
    this.request?.abort.abort();
    this.request = null;
    this.status = 'loading';
    this.sparse.invalidate();
    await this.load({ day: '', offset: 0, after: null, index: 0 }, FIRST_PAGE, true);
    await this.loadMissing();
  }

  /** Load what is missing between two indexes, and cancel requests for other parts of the list. */
  loadRange(from: number, to: number): void {
    this.requested = [from, to];
    if (this.status === 'new') return;
    if (this.request !== null && (this.request.from >= to || this.request.to <= from)) {
      this.request.abort.abort();
      this.request = null;
    }
    void this.loadMissing();
  }

  /** Retry what failed. */
  retry(): void {
    if (this.length === 0) void this.reload();
    else void this.loadMissing();
  }

  /** Reload an image whose signed URL has expired. */
  renew(id: string): void {
    const image = this.get(id);
    const now = Date.now();
    // A file that is missing from storage would be requested endlessly.
    if (image === undefined || now - (this.renewedAt.get(id) ?? 0) < RENEW_INTERVAL_MS) return;
    this.renewedAt.set(id, now);
    if (this.order !== null) {
      if (this.expired.push(id) === 1) queueMicrotask(() => void this.renewExpired());
      return;
    }
    this.sparse.invalidate(this.dayOf(image));
    void this.loadMissing();
  }

  private async renewExpired(): Promise<void> {
    const ids = this.expired;
    this.expired = [];
    for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
      try {
        const { items } = await this.api.imagesById(ids.slice(from, from + IDS_PER_CALL));
        for (const image of items) this.sparse.update(image);
        this.version += 1;
      } catch {
        return; // a later tile asks again
      }
    }
  }

  /** Whether signed URLs have expired while the list wasn't shown. */
  get stale(): boolean {
    const first = this.sparse.at(this.requested[0]) ?? this.sparse.head(1)[0];
    return first !== undefined && isExpiring(first, Date.now());
  }

  /** The ID of the next (1) or previous (-1) image in this list; null if there is none. */
  async beside(id: string, step: 1 | -1): Promise<string | null> {
    const index = this.sparse.indexOf(id);
    if (index >= 0) {
      const there = this.sparse.at(index + step);
      if (there !== undefined) return there.id;
      if (index + step < 0 || (this.ended && index + step >= this.length)) return null;
    }
    if (this.order !== null) {
      // The neighbors of an image are known only from the pages in order.
      return index < 0 ? null : ((await this.range(index + step, index + step + 1))[0]?.id ?? null);
    }
    const page = await this.api.images({ q: this.query, [step > 0 ? 'before' : 'after']: id, limit: 1 });
    return page.items[0]?.id ?? null;
  }

  /** The images between two indexes, `to` excluded, loading what is missing. */
  async range(from: number, to: number): Promise<LibraryImage[]> {
    for (let gap = this.sparse.gap(from, to); gap !== null; gap = this.sparse.gap(from, to)) {
      await this.fetch(gap, Math.min(MAX_PAGE, to - gap.index));
      if (this.status === 'failed') throw this.error;
    }
    const found = Array.from({ length: to - from }, (_, step) => this.sparse.at(from + step));
    return found.filter((image) => image !== undefined);
  }

  /** The index of an image, after loading what is before it; -1 if it isn't in this list. */
  async reach(id: string): Promise<number> {
    const most = this.order === null ? MAX_PAGES_TO_IMAGE : MAX_SORTED_PAGES_TO_IMAGE;
    for (let pages = 0; pages < most && this.sparse.indexOf(id) < 0; pages += 1) {
      const [from, to] = this.zone === null ? [this.length, this.length + 1] : this.span(timeOf(id), this.zone);
      const past = this.zone === null && this.order === null && (this.sparse.at(this.length - 1)?.id ?? id) < id;
      const gap = past ? null : this.sparse.gap(from, to);
      if (gap === null) break;
      await this.fetch(gap, MAX_PAGE);
      if (this.status === 'failed') break;
    }
    return this.indexOf(id);
  }

  /** The indexes of the images of an instant's day. */
  private span(instant: number, zone: string): [from: number, to: number] {
    const day = localDay(new Date(instant), zone);
    let from = 0;
    for (const one of this.days) {
      if (one.day === day) return [from, from + one.count];
      from += one.count;
    }
    return [0, 0];
  }

  private async loadMissing(): Promise<void> {
    while (this.request === null) {
      const [from, to] = this.requested;
      const gap = this.sparse.gap(from, to);
      if (gap === null) break;
      await this.load(gap, Math.min(MAX_PAGE, Math.max(MIN_PAGE, to - gap.index)));
      if (this.status === 'failed') return;
    }
    if (this.request === null) this.sparse.unload(...this.requested, MAX_LOADED);
  }

  /** Load a page that is needed now, before pages of the visible range. */
  private async fetch(gap: Gap, limit: number): Promise<void> {
    this.request?.abort.abort();
    await this.load(gap, limit);
  }

  private async load(gap: Gap, limit: number, top = false): Promise<void> {
    const request = { abort: new AbortController(), from: gap.index, to: gap.index + limit };
    this.request = request;
    if (this.length === 0) this.status = 'loading';
    const edits = this.sparse.edits;
    try {
      const page = await this.api.images({ q: this.query, ...this.way(gap), limit }, request.abort.signal);
      if (this.request !== request) return;
      this.request = null;
      this.status = 'ready';
      this.error = null;
      if (top) {
        this.waiting = [];
        this.total = page.total_text ?? (page.total == null ? null : String(page.total));
        this.matched = page.matched ?? [];
        if (this.zone === null) this.sparse.clear();
      } else if (this.sparse.edits !== edits) return; // indexes have changed: the missing part is requested again
      const hidden = new Set(this.waiting.map(({ id }) => id));
      const items = page.items.filter(({ id }) => !hidden.has(id));
      this.sparse.place(gap, items, page.next_cursor === null, page.next_cursor);
      if (gap.index === 0) this.noteNewest(items[0]?.id ?? '');
      this.publish();
    } catch (error) {
      if (this.request !== request) return;
      this.request = null;
      this.error = error;
      this.status = 'failed';
    }
  }

  private way({ day, after }: Gap): { cursor?: string; before?: string } {
    if (after !== null) return { cursor: after };
    return day === '' ? {} : { before: idAt(endOfDay(day, this.zone ?? 'UTC')) };
  }

  private dayOf(image: LibraryImage): string {
    if (!this.isDated) return '';
    return this.byDay ? image.day : image.day.slice(0, 7);
  }

  protected noteNewest(id: string): void {
    if (id > this.newest) this.newest = id;
  }

  protected publish(): void {
    const { length, ended } = this.sparse;
    this.days = this.sparse.days();
    this.length = length;
    this.ended = ended;
    this.version += 1;
  }
}
