import type { ImageList } from '../../lib/store/list.svelte';
import { BAR, indexAt, placeOf, type Layout } from './layout';
import type { ScrollWindow } from './window.svelte';

/** Keeps the image at the window's top in place when the layout changes: another width, size or number of images. */
export class ScrollAnchor {
  private anchor = { index: 0, id: '', delta: 0, top: true };
  private list: ImageList | null = null;

  constructor(private readonly view: ScrollWindow) {}

  /** Note what is at the window's top, also for coming back to the list later. */
  note(list: ImageList, layout: Layout): void {
    if (this.list !== list) return;
    const top = this.view.exact;
    const index = indexAt(layout, top + BAR + layout.pitch / 2);
    const delta = top - (placeOf(layout, index)?.y ?? 0);
    this.anchor = { index, id: list.at(index)?.id ?? '', delta, top: top <= 0 };
    list.atTop = this.anchor.top;
    list.scroll = top;
  }

  /** Scroll to what was noted, after `measure` has taken up the new layout; another list starts where it was left. */
  restore(list: ImageList, layout: Layout, measure: () => void): void {
    const { id, index, delta, top } = this.anchor;
    measure();
    if (this.list !== list) {
      this.list = list;
      this.view.go(list.scroll ?? -Infinity);
      return;
    }
    if (top) return;
    const found = id === '' ? -1 : list.indexOf(id);
    const y = placeOf(layout, found >= 0 ? found : Math.min(index, list.length - 1))?.y;
    if (y !== undefined && Math.abs(y + delta - this.view.exact) >= 1) this.view.go(y + delta);
  }
}
