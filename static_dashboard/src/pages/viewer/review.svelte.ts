import type { ImageList } from '../../lib/store/list.svelte';

/** Review mode: each image becomes a favorite or moves to trash, and the next one is shown automatically. */
export class Review {
  on = $state(false);
  favorites = $state(0);
  trashed = $state(0);
  /** Whether no image is left in this direction: the next new image is shown when it arrives. */
  waiting = $state(false);
  /** 1 toward older images, -1 toward newer ones. */
  direction: 1 | -1 = 1;
  private newest = '';

  constructor(
    private readonly list: () => ImageList,
    private readonly show: (id: string) => void,
  ) {}

  toggle(): void {
    this.on = !this.on;
    this.waiting = false;
    if (this.on) [this.favorites, this.trashed] = [0, 0];
  }

  /** Show the image after this one, or wait for a new one. */
  async advance(id: string): Promise<void> {
    const next = await this.list().beside(id, this.direction);
    if (next !== null) this.show(next);
    else this.wait();
  }

  wait(): void {
    this.newest = this.list().head(1)[0]?.id ?? '';
    this.waiting = true;
  }

  moved(step: 1 | -1): void {
    this.direction = step;
    this.waiting = false;
  }

  /** Add newly arrived images to the list; a review that waits shows the first of them. */
  async showArrivals(): Promise<void> {
    const list = this.list();
    if (list.waiting.length > 0) list.showWaiting();
    const first = list.head(1)[0];
    if (!this.waiting || first === undefined || first.id <= this.newest) return;
    const next = this.newest === '' ? first.id : await list.beside(this.newest, -1);
    if (!this.waiting || next === null) return;
    this.direction = -1;
    this.waiting = false;
    this.show(next);
  }
}
