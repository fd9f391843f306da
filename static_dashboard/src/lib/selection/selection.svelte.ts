import { SvelteMap } from 'svelte/reactivity';
import type { LibraryImage } from '../api/types';
import type { ImageList } from '../store/list.svelte';
import { number, total } from '../text/numbers';

export const MOST = 500; // pictures that are named one by one; more are chosen as all that match

/** Which pictures of a list are chosen. */
export class Selection {
  /** All that match, whether they are here or not. */
  all = $state(false);
  private readonly chosen = new SvelteMap<string, LibraryImage>();
  private anchor = '';

  constructor(private readonly list: () => ImageList) {}

  get any(): boolean {
    return this.all || this.chosen.size > 0;
  }

  /** How many, as far as anybody knows: "37", "1,000+", or nothing. */
  get count(): string {
    if (!this.all) return number(this.chosen.size);
    const list = this.list();
    return list.ended ? number(list.length) : total(list.total ?? '');
  }

  has(id: string): boolean {
    return this.all || this.chosen.has(id);
  }

  /** What is chosen one by one, as it is now. */
  get pictures(): LibraryImage[] {
    return [...this.chosen.values()].map((picture) => this.list().get(picture.id) ?? picture);
  }

  none(): void {
    this.all = false;
    this.chosen.clear();
    this.anchor = '';
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) this.chosen.delete(id);
  }

  toggle(picture: LibraryImage): void {
    this.all = false;
    if (!this.chosen.delete(picture.id)) this.chosen.set(picture.id, picture);
    this.anchor = picture.id;
  }

  /** Chooses everything from the last one that was chosen up to this; false if that is more than can be named. */
  async extend(picture: LibraryImage): Promise<boolean> {
    const list = this.list();
    const to = list.indexOf(picture.id);
    const from = list.indexOf(this.anchor);
    if (to < 0 || from < 0) {
      this.toggle(picture);
      return true;
    }
    const [first, last] = from < to ? [from, to] : [to, from];
    return this.range(first, last + 1);
  }

  /** Chooses the whole list: one by one while those are few. */
  async everything(): Promise<void> {
    const { ended, length } = this.list();
    if (!ended || length > MOST || !(await this.range(0, length))) {
      this.chosen.clear();
      this.all = true;
    }
  }

  private async range(from: number, to: number): Promise<boolean> {
    if (to - from > MOST) return false;
    for (const picture of await this.list().range(from, to)) this.chosen.set(picture.id, picture);
    return true;
  }
}
