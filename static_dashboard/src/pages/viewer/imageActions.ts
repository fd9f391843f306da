import type { LibraryImage, ImagePatch } from '../../lib/api/types';
import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import { attempt } from '../../lib/shell/attempt';
import type { ImageList } from '../../lib/store/list.svelte';
import { download } from './download';
import { fileName } from './facts';

/** What the actions need to know about the viewer, which may have moved on or closed before the API answers. */
export interface ViewerNavigation {
  /** Shows another image of the list. */
  onmove: (id: string) => void;
  onclose: (id: string) => void;
  /** Whether the viewer still shows this image. */
  isCurrent: (id: string) => boolean;
  isOpen: () => boolean;
  /** The one direction in which a review goes through the list; null without a review. */
  direction: () => 1 | -1 | null;
}

/** What a user can do with the image in the viewer.  Results and errors are shown as toasts; nothing is thrown. */
export function imageActions(
  { library, session, toasts }: App,
  list: () => ImageList,
  { onmove, onclose, isCurrent, isOpen, direction }: ViewerNavigation,
) {
  const { changes } = library;

  /** Run an action that removes the image from the list, then show its neighbor; return whether it succeeded. */
  async function leave(image: LibraryImage, action: () => Promise<unknown>): Promise<boolean> {
    const only = direction();
    const images = list();
    let next = await images.beside(image.id, only ?? 1);
    if (only === null) next ??= await images.beside(image.id, -1);
    const done = await attempt(toasts, async () => {
      await action();
      return true;
    });
    if (done !== true) return false;
    if (!isCurrent(image.id)) return true;
    if (next === null) onclose(image.id);
    else onmove(next);
    return true;
  }

  return {
    change: (image: LibraryImage, patch: ImagePatch) => attempt(toasts, () => changes.patch(image, patch)),
    /** Apply a patch that undoes an earlier one, and show that image again. */
    undo: async (id: string, patch: ImagePatch) => {
      await attempt(toasts, async () => changes.patch(await session.api.image(id), patch));
      if (isOpen()) onmove(id);
    },
    /** Move the image to trash; return whether that succeeded. */
    trash: async (image: LibraryImage): Promise<boolean> => {
      if (!(await leave(image, () => changes.trash(image.id)))) return false;
      toasts.say(m.viewer_moved_to_trash(), async () => {
        await attempt(toasts, () => changes.restore(image.id));
        if (isOpen()) onmove(image.id);
      });
      return true;
    },
    restore: async (image: LibraryImage) => {
      if (!(await leave(image, () => changes.restore(image.id)))) return;
      toasts.say(m.viewer_image_restored(), async () => {
        await attempt(toasts, () => changes.trash(image.id));
      });
    },
    download: (image: LibraryImage, withoutMetadata: boolean) =>
      attempt(toasts, async () => {
        await download(session.api, image, withoutMetadata);
        toasts.say(
          withoutMetadata
            ? m.viewer_saved_without_metadata({ file: fileName(image, 'clean') })
            : m.viewer_saved({ file: fileName(image) }),
        );
      }),
  };
}
