import type { Api } from '../api/calls';
import type { LibraryImage } from '../api/types';

const IDS_PER_CALL = 100;

/** Loads images by ID; requests of the same moment become one call. */
export class ImageLoader {
  private readonly requested = new Set<string>();
  private readonly next: string[] = [];

  constructor(
    private readonly api: Pick<Api, 'imagesById'>,
    private readonly onfound: (image: LibraryImage) => void,
  ) {}

  load(id: string): void {
    if (this.requested.has(id)) return;
    this.requested.add(id);
    if (this.next.push(id) === 1) queueMicrotask(() => void this.fetch(this.next.splice(0)));
  }

  private async fetch(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
      const batch = ids.slice(from, from + IDS_PER_CALL);
      try {
        const { items } = await this.api.imagesById(batch); // permanently deleted images are missing
        items.forEach(this.onfound);
      } catch {
        for (const id of batch) this.requested.delete(id); // the next request tries again
      }
    }
  }
}
