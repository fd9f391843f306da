import type { Api } from '../api/calls';
import type { LibraryImage } from '../api/types';

const AT_ONCE = 100; // as many as the service answers together

/** Images that somebody wants by their ids; those wanted in one go are asked for together. */
export class ImageLoader {
  private readonly asked = new Set<string>();
  private readonly next: string[] = [];

  constructor(
    private readonly api: Pick<Api, 'imagesById'>,
    private readonly onfound: (image: LibraryImage) => void,
  ) {}

  load(id: string): void {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    if (this.next.push(id) === 1) queueMicrotask(() => void this.ask(this.next.splice(0)));
  }

  private async ask(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      try {
        const { items } = await this.api.imagesById(some); // those deleted for good are not among them
        items.forEach(this.onfound);
      } catch {
        for (const id of some) this.asked.delete(id); // asked again when somebody wants them again
      }
    }
  }
}
