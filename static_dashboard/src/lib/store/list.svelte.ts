import type { Api } from '../api/calls';
import type { LibraryImage } from '../api/types';
import { merge, removeById } from './sortedList';
import { FIRST_PAGE, PagedList } from './paged.svelte';
import { SequentialList } from './sequentialList';
import { idAt, timeOf } from './ulid';

/** An image list that stays up to date: the library, the results of a search, or trash. */
export class ImageList extends PagedList {
  /** The scroll position to return to; null for the top of the page. */
  scroll: number | null = null;
  /** Whether new images may be shown at once, because the page is at its top. */
  atTop = true;
  private readonly dropped = new Set<string>();

  constructor(
    api: Api,
    q: string,
    trash = false,
    private readonly onArrival: (ids: readonly string[]) => void = () => {},
  ) {
    super(api, q, trash);
  }

  /** Apply images from the change feed. */
  apply(images: readonly LibraryImage[]): void {
    if (this.status === 'new' || images.length === 0) return;
    const fresh: LibraryImage[] = [];
    const back: LibraryImage[] = [];
    for (const image of images) {
      if ((image.deleted_at !== null) !== this.trash) this.drop(image.id);
      else if (!this.update(image)) (this.dropped.delete(image.id) ? back : fresh).push(image);
    }
    // A restored image returns to the list that had it, whatever the search.
    if (back.length > 0) this.insert(back);
    // In another order, a new image has no place until the list is loaded again.
    if (fresh.length === 0 || this.order !== null) return;
    if (this.trash) this.insert(fresh);
    else if (this.q === '') this.arrive(fresh);
    else void this.arriveMatching(fresh);
  }

  /** Replace an image; return false if it isn't loaded. */
  update(image: LibraryImage): boolean {
    const known = this.sparse.update(image);
    if (known) this.version += 1;
    return known;
  }

  drop(id: string): void {
    if (this.sparse.remove(id)) {
      this.dropped.add(id);
      this.count(-1);
      this.publish();
    }
    if (this.waiting.some((image) => image.id === id)) this.waiting = removeById(this.waiting, id);
  }

  /** Move loaded images of an album, in this order, before another one, or to the end. */
  move(ids: readonly string[], before: string | null): void {
    if (this.sparse instanceof SequentialList) this.sparse.move(ids, before);
    this.publish();
  }

  showWaiting(): void {
    const waiting = this.waiting;
    this.waiting = [];
    this.onArrival(waiting.map((image) => image.id));
    this.insert(waiting, true);
  }

  /** Insert images in order; those between unloaded ones come with their own page. */
  private insert(images: readonly LibraryImage[], areNew = false): void {
    const put = images.filter((image) => this.sparse.insert(image, areNew));
    this.count(put.length);
    for (const { id } of images) this.noteNewest(id);
    this.publish();
  }

  private arrive(images: readonly LibraryImage[]): void {
    const above = images.filter((image) => image.id > this.newest);
    const within = images.filter((image) => image.id <= this.newest);
    if (within.length > 0) this.insert(within);
    if (above.length === 0) return;
    if (!this.atTop) {
      this.waiting = merge(this.waiting, above);
      return;
    }
    this.onArrival(above.map((image) => image.id));
    this.insert(above, true);
  }

  /**
   * Only the API can evaluate a search, so the list requests what is newer than its newest image. An ID has the time of
   * its job, so the images of a job that was overtaken are requested from theirs.
   */
  private async arriveMatching(images: readonly LibraryImage[]): Promise<void> {
    const isNew = (image: LibraryImage) => image.updated_at === image.created_at;
    const late = images.filter((image) => image.id < this.newest && isNew(image)).map((image) => timeOf(image.id));
    const starts = late.length > 0 ? [idAt(Math.min(...late))] : [];
    if (this.newest === '' || images.some((image) => image.id > this.newest)) starts.push(this.newest);
    try {
      for (const after of starts) {
        const page = await this.api.images({ q: this.query, after: after || undefined, limit: FIRST_PAGE });
        if (page.items.length > 0) this.arrive(page.items);
      }
    } catch {
      // The next change tries again.
    }
  }

  private count(difference: number): void {
    if (this.total !== null && /^\d+$/.test(this.total)) this.total = String(Number(this.total) + difference);
  }
}
