import type { LibraryImage, ImagePatch } from '../../lib/api/types';
import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import type { ImageList } from '../../lib/store/list.svelte';
import { errorMessage } from '../../lib/text/errors';
import { download } from './download';
import { fileName } from './facts';

export interface Moves {
  /** Shows another picture of the list. */
  onmove: (id: string) => void;
  onclose: (id: string) => void;
  /** Whether this picture is still the one that is looked at: much may happen while an answer is on its way. */
  looksAt: (id: string) => boolean;
  /** Whether the viewer is still open. */
  isOpen: () => boolean;
  /** In which direction somebody goes through the list, if only in one. */
  travel: () => 1 | -1 | null;
}

/** What a person does with one picture, with its words.  Whatever fails is told, and nothing is thrown. */
export function imageActions(
  { library, session, toasts }: App,
  list: () => ImageList,
  { onmove, onclose, looksAt, isOpen, travel }: Moves,
) {
  async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      toasts.warn(errorMessage(error));
      return undefined;
    }
  }

  /** Does something after which the list no longer has the picture, and goes on to its neighbour. */
  async function leave(picture: LibraryImage, action: () => Promise<unknown>): Promise<boolean> {
    const only = travel();
    const step = only ?? 1;
    let next = await list().beside(picture.id, step);
    if (only === null) next ??= await list().beside(picture.id, -1);
    const done = await attempt(async () => {
      await action();
      return true;
    });
    if (done !== true) return false;
    if (!looksAt(picture.id)) return true;
    if (next === null) onclose(picture.id);
    else onmove(next);
    return true;
  }

  return {
    change: (picture: LibraryImage, patch: ImagePatch) => attempt(() => library.change(picture, patch)),
    /** Takes a change back, wherever one is by now. */
    takeBack: async (id: string, patch: ImagePatch) => {
      await attempt(async () => library.change(await session.api.image(id), patch));
      if (isOpen()) onmove(id);
    },
    trash: async (picture: LibraryImage): Promise<boolean> => {
      if (!(await leave(picture, () => library.trash(picture.id)))) return false;
      toasts.say(m.viewer_moved_to_trash(), async () => {
        await attempt(() => library.restore(picture.id));
        if (isOpen()) onmove(picture.id);
      });
      return true;
    },
    restore: async (picture: LibraryImage) => {
      if (!(await leave(picture, () => library.restore(picture.id)))) return;
      toasts.say(m.viewer_image_restored(), async () => {
        await attempt(() => library.trash(picture.id));
      });
    },
    save: (picture: LibraryImage, clean: boolean) =>
      attempt(async () => {
        await download(session.api, picture, clean);
        toasts.say(
          clean ? m.viewer_saved_without_metadata({ file: fileName(picture, 'clean') }) : `Saved ${fileName(picture)}.`,
        );
      }),
  };
}
