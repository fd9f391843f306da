import type { Api } from '../api/calls';
import type { Picture } from '../api/types';
import { find, merge, without } from './order';
import { expiring, keepUrls } from './urls';

const FIRST = 60;
const NEXT = 120;

/** One list of pictures, newest first: the library, what a search finds, or the trash. */
export class PictureList {
  items = $state.raw<Picture[]>([]);
  /** New pictures that wait above, so that nothing on screen moves. */
  waiting = $state.raw<Picture[]>([]);
  status = $state<'new' | 'loading' | 'ready' | 'failed'>('new');
  error = $state.raw<unknown>(null);
  ended = $state(false);
  total = $state<string | null>(null);
  matched = $state.raw<readonly string[]>([]);
  /** Where the reader was, for coming back. */
  scroll = 0;
  /** Whether arrivals may be shown at once: the reader is at the top. */
  atTop = true;
  private cursor: string | undefined;
  private asked: AbortController | null = null;
  private renewing = false;

  constructor(
    private readonly api: Api,
    readonly q: string,
    readonly trash = false,
    private readonly onArrival: (ids: readonly string[]) => void = () => {},
  ) {}

  get query(): string {
    return this.trash ? 'is:trash' : this.q;
  }

  /** Loads from the top, replacing what was there once the answer has come. */
  async reload(): Promise<void> {
    this.asked?.abort();
    this.asked = null;
    this.ended = false;
    await this.load(undefined);
  }

  /** Loads the next page, unless one is on its way or there is none. */
  async more(): Promise<void> {
    if (this.status === 'loading' || this.ended) return;
    await this.load(this.cursor);
  }

  private async load(cursor: string | undefined): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    this.status = 'loading';
    this.error = null;
    try {
      const limit = cursor === undefined ? FIRST : NEXT;
      const page = await this.api.pictures({ q: this.query, cursor, limit }, asked.signal);
      if (this.asked !== asked) return;
      this.items = cursor === undefined ? page.items : merge(this.items, page.items);
      if (cursor === undefined) {
        this.waiting = [];
        this.total = page.total_text ?? (page.total == null ? null : String(page.total));
        this.matched = page.matched ?? [];
      }
      this.cursor = page.next_cursor ?? undefined;
      this.ended = page.next_cursor === null;
      this.status = 'ready';
    } catch (error) {
      if (this.asked !== asked) return;
      this.error = error;
      this.status = 'failed';
    }
  }

  /** Takes up what the changes feed told. */
  notice(pictures: readonly Picture[]): void {
    if (this.status === 'new' || pictures.length === 0) return;
    const fresh: Picture[] = [];
    for (const picture of pictures) {
      const index = find(this.items, picture.id);
      if ((picture.deleted_at !== null) !== this.trash) this.drop(picture.id);
      else if (index >= 0) this.update(picture);
      else fresh.push(picture);
    }
    if (fresh.length === 0) return;
    if (this.trash) this.insert(fresh);
    else if (this.q === '') this.arrive(fresh);
    else void this.arriveMatching(fresh);
  }

  /** Replaces one picture where it stands. */
  update(picture: Picture): void {
    const index = find(this.items, picture.id);
    if (index < 0) return;
    this.items = this.items.with(index, keepUrls(this.items[index], picture, Date.now()));
  }

  drop(id: string): void {
    if (find(this.items, id) >= 0) {
      this.items = without(this.items, id);
      this.count(-1);
    }
    if (this.waiting.some((picture) => picture.id === id)) this.waiting = without(this.waiting, id);
  }

  /** Puts pictures back into their places, such as restored ones. */
  insert(pictures: readonly Picture[]): void {
    const last = this.items.at(-1);
    // What lies below the last loaded page comes with its own page.
    const near = pictures.filter((picture) => this.ended || last === undefined || picture.id > last.id);
    const before = this.items.length;
    this.items = merge(this.items, near);
    this.count(this.items.length - before);
  }

  showWaiting(): void {
    const waiting = this.waiting;
    this.waiting = [];
    this.onArrival(waiting.map((picture) => picture.id));
    this.insert(waiting);
  }

  /** Asks again for a page around a picture whose signed address has run out. */
  async renew(id: string): Promise<void> {
    const index = find(this.items, id);
    if (index < 0 || this.renewing) return;
    this.renewing = true;
    try {
      const page = await this.api.pictures({
        q: this.query,
        cursor: this.items[index - 1]?.id,
        limit: NEXT,
      });
      const known = page.items.filter((picture) => find(this.items, picture.id) >= 0);
      this.items = merge(this.items, known);
    } catch {
      // The picture stays as it is; scrolling to it asks again.
    } finally {
      this.renewing = false;
    }
  }

  get stale(): boolean {
    const first = this.items[0];
    return first !== undefined && expiring(first, Date.now());
  }

  /** The id beside another in this list, loading more at its end; null where there is none. */
  async beside(id: string, step: 1 | -1): Promise<string | null> {
    let index = find(this.items, id);
    if (index < 0) index = step > 0 ? -index - 2 : -index - 1;
    if (step > 0 && index + 1 >= this.items.length) await this.more();
    return this.items[index + step]?.id ?? null;
  }

  private arrive(pictures: readonly Picture[]): void {
    const newest = this.items[0]?.id ?? '';
    const above = pictures.filter((picture) => picture.id > newest);
    const within = pictures.filter((picture) => picture.id <= newest);
    if (within.length > 0) this.insert(within);
    if (above.length === 0) return;
    if (!this.atTop) {
      this.waiting = merge(this.waiting, above);
      return;
    }
    this.onArrival(above.map((picture) => picture.id));
    this.insert(above);
  }

  /** The client can't tell what a search finds, so it asks for what is newer than its newest. */
  private async arriveMatching(pictures: readonly Picture[]): Promise<void> {
    const newest = this.items[0]?.id;
    if (newest !== undefined && pictures.every((picture) => picture.id < newest)) return;
    try {
      const page = await this.api.pictures({ q: this.query, after: newest, limit: FIRST });
      if (page.items.length > 0) this.arrive(page.items);
    } catch {
      // The next change asks again.
    }
  }

  private count(difference: number): void {
    if (this.total !== null && /^\d+$/.test(this.total)) this.total = String(Number(this.total) + difference);
  }
}
