import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import { attempt } from '../../lib/shell/attempt';
import type { ImageList } from '../../lib/store/list.svelte';
import { inListOrder, targetOf, type Before, type Step } from './moves';

/** Moves images within an album. A move is shown at once; the album is loaded again if it fails. */
export class Sorting {
  /** The new position of the last moved image as text, for screen readers. */
  announced = $state('');

  constructor(
    private readonly app: App,
    private readonly albumId: string,
    private readonly list: () => ImageList,
  ) {}

  async step(ids: readonly string[], step: Step): Promise<void> {
    const list = this.list();
    const sorted = inListOrder(list, ids);
    const before = await attempt(this.app.toasts, () => targetOf(list, sorted, step));
    if (before !== undefined) await this.move(sorted, before);
  }

  async move(ids: readonly string[], before: Before): Promise<void> {
    const { session, toasts } = this.app;
    const list = this.list();
    const sorted = inListOrder(list, ids);
    list.move(sorted, before);
    this.announced = m.albums_position({ position: list.indexOf(sorted[0] ?? '') + 1 });
    const result = await attempt(toasts, () => session.api.moveInAlbum(this.albumId, sorted, before));
    const reason = result?.failed[0]?.error;
    if (reason !== undefined) toasts.warn(m.albums_not_moved({ count: result?.failed.length ?? 0, reason }));
    if (result === undefined || reason !== undefined) await list.reload();
  }
}
