import type { ImageList } from '../../lib/store/list.svelte';

/** Going through a list quickly: each picture is kept or thrown away, and the next one comes by itself. */
export class Review {
  on = $state(false);
  kept = $state(0);
  trashed = $state(0);
  /** Nothing is left in this direction: the next new picture is shown when it is there. */
  waiting = $state(false);
  /** Towards older pictures, or towards newer ones. */
  travel: 1 | -1 = 1;
  private newest = '';

  constructor(
    private readonly list: () => ImageList,
    private readonly show: (id: string) => void,
  ) {}

  toggle(): void {
    this.on = !this.on;
    this.waiting = false;
    if (this.on) [this.kept, this.trashed] = [0, 0];
  }

  /** The picture after this one, or the wait for one. */
  async advance(id: string): Promise<void> {
    const next = await this.list().beside(id, this.travel);
    if (next !== null) this.show(next);
    else this.wait();
  }

  wait(): void {
    this.newest = this.list().head(1)[0]?.id ?? '';
    this.waiting = true;
  }

  moved(step: 1 | -1): void {
    this.travel = step;
    this.waiting = false;
  }

  /** Lets in what has come meanwhile, and shows the first of it to whoever waits. */
  async welcome(): Promise<void> {
    const list = this.list();
    if (list.waiting.length > 0) list.showWaiting();
    const first = list.head(1)[0];
    if (!this.waiting || first === undefined || first.id <= this.newest) return;
    const next = this.newest === '' ? first.id : await list.beside(this.newest, -1);
    if (!this.waiting || next === null) return;
    this.travel = -1;
    this.waiting = false;
    this.show(next);
  }
}
