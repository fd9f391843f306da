import { m } from '../../lib/messages';
import { following, readFeed, type Published } from './feed';

const ASK_EVERY_MS = 5 * 60_000; // as long as the files are cached
const AGAIN_MS = 30_000; // while nothing answers

export interface Slide extends Published {
  /** The picture itself, held in memory: it hangs on when the network goes. */
  src: string;
}

/** The pictures of one published schedule, kept through whatever happens to the network. */
export class SlideshowState {
  pictures = $state.raw<Slide[]>([]);
  shown = $state.raw<Slide | null>(null);
  title = $state('');
  /** Nothing is published under this name. */
  missing = $state(false);
  /** Since when the feed could not be had; null while it can. */
  awaySince = $state.raw<Date | null>(null);
  loaded = $state(false);
  private readonly feed: string;
  private readonly seen = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(slug: string, page: string) {
    this.feed = new URL(`p/${slug}/feed.json`, page).href;
  }

  start(): void {
    void this.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const { src } of this.pictures) URL.revokeObjectURL(src);
  }

  /** Hangs the next picture. */
  next(): void {
    const id = following(
      this.pictures.map((one) => one.id),
      this.shown?.id ?? null,
      this.seen,
    );
    const picture = this.pictures.find((one) => one.id === id) ?? null;
    if (picture !== null) this.seen.add(picture.id);
    this.shown = picture;
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    let wait = ASK_EVERY_MS;
    try {
      const response = await fetch(this.feed, { cache: 'no-cache' });
      this.missing = response.status === 404;
      if (this.missing) {
        // Unpublished is gone from here, too.
        this.hang([]);
        wait = AGAIN_MS;
      } else {
        if (!response.ok) throw new Error(m.slideshow_the_feed_returned_status({ status: response.status }));
        await this.take((await response.json()) as unknown);
      }
      this.awaySince = null;
      this.loaded = true;
    } catch {
      // What hangs here stays until the feed answers again.
      this.awaySince ??= new Date();
      wait = AGAIN_MS;
    }
    this.timer = setTimeout(() => void this.refresh(), wait);
  }

  private async take(feed: unknown): Promise<void> {
    const told = readFeed(feed, this.feed);
    this.title = typeof (feed as { title?: unknown }).title === 'string' ? (feed as { title: string }).title : '';
    const sources = new Map(this.pictures.map((one) => [one.id, one.src]));
    let failure: unknown = null;
    this.hang(told, sources);
    for (const one of told.filter(({ id }) => !sources.has(id))) {
      try {
        sources.set(one.id, await picture(one.address));
        this.hang(told, sources); // the first one hangs while the others are on their way
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== null) throw failure;
  }

  /** Hangs those that are here, in the feed's order, and forgets what the feed no longer has. */
  private hang(told: readonly Published[], sources: ReadonlyMap<string, string> = new Map()): void {
    const pictures = told.flatMap((one) => {
      const src = sources.get(one.id);
      return src === undefined ? [] : [{ ...one, src }];
    });
    const kept = new Set(pictures.map(({ src }) => src));
    for (const { src } of this.pictures) if (!kept.has(src)) URL.revokeObjectURL(src);
    this.pictures = pictures;
    // What was taken back is not shown a moment longer.
    if (!pictures.some(({ id }) => id === this.shown?.id)) this.next();
  }
}

async function picture(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(m.slideshow_image_request_returned_status({ status: response.status }));
  return URL.createObjectURL(await response.blob());
}
