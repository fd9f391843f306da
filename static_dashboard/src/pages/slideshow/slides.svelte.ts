import { m } from '../../lib/messages';
import { following, readFeed, type Published } from './feed';

const ASK_EVERY_MS = 5 * 60_000; // as long as the files are cached
const AGAIN_MS = 30_000; // while nothing answers

export interface Slide extends Published {
  /** A URL of the image in memory, so that it is shown without a network, too. */
  src: string;
}

/** The images of one published schedule; the loaded ones stay without a network. */
export class SlideshowState {
  images = $state.raw<Slide[]>([]);
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
    for (const { src } of this.images) URL.revokeObjectURL(src);
  }

  /** Show the next image. */
  next(): void {
    const id = following(
      this.images.map((one) => one.id),
      this.shown?.id ?? null,
      this.seen,
    );
    const image = this.images.find((one) => one.id === id) ?? null;
    if (image !== null) this.seen.add(image.id);
    this.shown = image;
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    let wait = ASK_EVERY_MS;
    try {
      const response = await fetch(this.feed, { cache: 'no-cache' });
      this.missing = response.status === 404;
      if (this.missing) {
        // Unpublished is gone from here, too.
        this.keepLoaded([]);
        wait = AGAIN_MS;
      } else {
        if (!response.ok) throw new Error(m.slideshow_the_feed_returned_status({ status: response.status }));
        await this.take((await response.json()) as unknown);
      }
      this.awaySince = null;
      this.loaded = true;
    } catch {
      // The loaded images stay until the feed is available again.
      this.awaySince ??= new Date();
      wait = AGAIN_MS;
    }
    this.timer = setTimeout(() => void this.refresh(), wait);
  }

  private async take(feed: unknown): Promise<void> {
    const published = readFeed(feed, this.feed);
    this.title = typeof (feed as { title?: unknown }).title === 'string' ? (feed as { title: string }).title : '';
    const sources = new Map(this.images.map((one) => [one.id, one.src]));
    let failure: unknown = null;
    this.keepLoaded(published, sources);
    for (const one of published.filter(({ id }) => !sources.has(id))) {
      try {
        sources.set(one.id, await imageUrl(one.address));
        this.keepLoaded(published, sources); // the first one is shown while the others are loading
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== null) throw failure;
  }

  /** Keep the loaded images that are in the feed, in its order. */
  private keepLoaded(published: readonly Published[], sources: ReadonlyMap<string, string> = new Map()): void {
    const images = published.flatMap((one) => {
      const src = sources.get(one.id);
      return src === undefined ? [] : [{ ...one, src }];
    });
    const kept = new Set(images.map(({ src }) => src));
    for (const { src } of this.images) if (!kept.has(src)) URL.revokeObjectURL(src);
    this.images = images;
    // An image that was unpublished is replaced at once.
    if (!images.some(({ id }) => id === this.shown?.id)) this.next();
  }
}

async function imageUrl(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(m.slideshow_image_request_returned_status({ status: response.status }));
  return URL.createObjectURL(await response.blob());
}
