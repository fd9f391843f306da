import type { LibraryImage } from '../../lib/api/types';
import type { ImageList } from '../../lib/store/list.svelte';
import { isExpiring } from '../../lib/store/urls';
import { fileUrl } from '../viewer/fileUrl';

const AHEAD = 5; // images whose data is loaded before their turn

/** An image that is loaded, so that it is shown at once. */
export interface Loaded {
  image: LibraryImage;
  src: string;
}

export interface Sources {
  list: ImageList;
  /** Loads an image with new URLs. */
  fetch: (id: string) => Promise<LibraryImage>;
  /** Resolves once the browser has an image's file, and rejects if the file can't be shown. */
  decode: (src: string) => Promise<void>;
  now: () => number;
}

/** The images of a list in its order, one at a time and in a circle. */
export class Playback {
  shown = $state.raw<Loaded | null>(null);
  /** Whether the list has no image. */
  empty = $state(false);
  error = $state.raw<unknown>(null);
  /** Increases with each step that has ended, also with one that shows the same image or fails. */
  steps = $state(0);
  /** The image that was requested last; one that can't be loaded is passed over by the next step. */
  private at: string | null = null;
  private readonly loading = new Map<string, Promise<Loaded>>();

  constructor(private readonly from: Sources) {}

  /** Show an image of the list, or its first. */
  async start(id: string | null): Promise<void> {
    await this.go(async () => {
      const { list } = this.from;
      if (list.status === 'new' || list.status === 'failed' || list.stale) await list.reload();
      if (list.status === 'failed') throw list.error;
      return id ?? this.end(1);
    });
  }

  /** Show the next (1) or previous (-1) image; after the last follows the first. */
  async step(step: 1 | -1): Promise<void> {
    await this.go(() => this.beside(step));
  }

  private async go(choose: () => Promise<string | null>): Promise<void> {
    try {
      const id = await choose();
      this.empty = id === null;
      this.at = id;
      const loaded = id === null ? null : await this.load(id);
      if (this.at !== id) return;
      this.shown = loaded;
      this.error = null;
      if (id !== null) await this.preload(id);
    } catch (error) {
      this.error = error;
    } finally {
      this.steps += 1;
    }
  }

  private async beside(step: 1 | -1): Promise<string | null> {
    const next = this.at === null ? null : await this.from.list.beside(this.at, step);
    return next ?? this.end(step);
  }

  /** The first image of the list, or its last as far as it is loaded. */
  private async end(step: 1 | -1): Promise<string | null> {
    const { list } = this.from;
    if (step < 0) return list.at(list.length - 1)?.id ?? this.at;
    if (list.waiting.length > 0) list.showWaiting();
    return (await list.range(0, 1))[0]?.id ?? null;
  }

  /** Load the image after the shown one, and forget all others. */
  private async preload(shown: string): Promise<void> {
    const { list } = this.from;
    const index = list.indexOf(shown);
    if (index >= 0) list.loadRange(Math.max(0, index - 1), index + AHEAD);
    const next = await this.beside(1);
    for (const id of this.loading.keys()) if (id !== shown && id !== next) this.loading.delete(id);
    if (next !== null) void this.load(next).catch(() => {}); // its turn shows the error
  }

  /** One request for each image, also while it is preloaded. */
  private load(id: string): Promise<Loaded> {
    const known = this.loading.get(id);
    if (known !== undefined) return known;
    const request = this.request(id);
    this.loading.set(id, request);
    request.catch(() => this.loading.delete(id));
    return request;
  }

  private async request(id: string): Promise<Loaded> {
    const { list, fetch, decode, now } = this.from;
    let image = list.get(id);
    if (image === undefined || isExpiring(image, now())) {
      image = await fetch(id);
      list.update(image);
    }
    const src = fileUrl(image);
    await decode(src);
    return { image, src };
  }
}
