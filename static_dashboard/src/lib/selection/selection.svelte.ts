import { SvelteMap } from 'svelte/reactivity';
import type { LibraryImage } from '../api/types';
import type { ImageList } from '../store/list.svelte';
import { counted, type Count } from '../text/numbers';

export const MAX_SELECTION = 500; // images selected one by one; more are selected as all results of the query

/** The selection in an image list. */
export class Selection {
  /** Whether all results of the query are selected, loaded or not. */
  all = $state(false);
  private readonly selected = new SvelteMap<string, LibraryImage>();
  private anchor = '';

  constructor(private readonly list: () => ImageList) {}

  get any(): boolean {
    return this.all || this.selected.size > 0;
  }

  /** The number of selected images, such as 37 or "1,000+"; as text it is empty while it isn't known. */
  get count(): Count {
    if (!this.all) return counted(String(this.selected.size));
    const list = this.list();
    return counted(list.ended ? String(list.length) : (list.total ?? ''));
  }

  has(id: string): boolean {
    return this.all || this.selected.has(id);
  }

  /** The images selected one by one, in their latest version. */
  get images(): LibraryImage[] {
    return [...this.selected.values()].map((image) => this.list().get(image.id) ?? image);
  }

  clear(): void {
    this.all = false;
    this.selected.clear();
    this.anchor = '';
  }

  drop(ids: readonly string[]): void {
    for (const id of ids) this.selected.delete(id);
  }

  toggle(image: LibraryImage): void {
    this.all = false;
    if (!this.selected.delete(image.id)) this.selected.set(image.id, image);
    this.anchor = image.id;
  }

  /** Select the range from the last selected image to this one; return false if the range is over MAX_SELECTION. */
  async extend(image: LibraryImage): Promise<boolean> {
    const list = this.list();
    const to = list.indexOf(image.id);
    const from = list.indexOf(this.anchor);
    if (to < 0 || from < 0) {
      this.toggle(image);
      return true;
    }
    const [first, last] = from < to ? [from, to] : [to, from];
    return this.range(first, last + 1);
  }

  /** Select the whole list: one by one up to MAX_SELECTION, else as all results. */
  async selectAll(): Promise<void> {
    const { ended, length } = this.list();
    if (!ended || length > MAX_SELECTION || !(await this.range(0, length))) {
      this.selected.clear();
      this.all = true;
    }
  }

  private async range(from: number, to: number): Promise<boolean> {
    if (to - from > MAX_SELECTION) return false;
    for (const image of await this.list().range(from, to)) this.selected.set(image.id, image);
    return true;
  }
}
