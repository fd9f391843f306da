import type { Job, LibraryImage } from '../api/types';
import type { App } from '../app.svelte';
import { m } from '../messages';
import { attempt } from '../shell/attempt';
import { inverse, type Change } from '../store/change';
import type { ImageList } from '../store/list.svelte';
import { bytes, type Count } from '../text/numbers';
import { changed, changing } from './changeText';

/** What a user can do with several images.  Results and errors are shown as toasts; nothing is thrown. */
export function bulkActions({ library, session, toasts }: App, list: () => ImageList) {
  const { api } = session;

  /** Apply one action to images that are known by their ids, with an offer to undo it. */
  async function change(images: readonly LibraryImage[], wanted: Change): Promise<void> {
    const back = inverse(wanted, images);
    await attempt(toasts, async () => {
      const { changed: done, refused } = await library.changes.apply(wanted, images);
      if (wanted.action === 'purge') library.forget(done.map(({ id }) => id));
      library.pollNow();
      const undo = () => attempt(toasts, () => library.changes.undo(done, back)).then(() => library.pollNow());
      if (done.length > 0) toasts.say(changed(wanted, done.length), back.length === 0 ? null : undo);
      const reason = refused[0]?.error;
      if (reason !== undefined) toasts.warn(m.selection_not_changed({ count: refused.length, reason }));
    });
  }

  /** Apply one action to all results of the list's query, as a job that can be undone as a whole. */
  async function changeAll(wanted: Change, count: Count): Promise<void> {
    await attempt(toasts, async () => {
      const job = await api.bulkMatching(wanted, list().query);
      if (job === undefined) return;
      library.noteJob(job);
      const undo = () => attempt(toasts, async () => library.noteJob(await api.undo(job.id))).then(() => {});
      const isFinal = wanted.action === 'purge' || wanted.action === 'regenerate';
      toasts.say(changing(wanted, count), isFinal ? null : undo);
      library.whenEnded(job.id, () => void list().reload());
    });
  }

  /** Start a job that creates a ZIP file, and offer the file once it is ready. */
  async function exportAs(what: { ids: string[] } | { q: string }, variant: 'original' | 'clean'): Promise<void> {
    await attempt(toasts, async () => {
      const job = await api.exportImages(what, variant);
      library.noteJob(job);
      toasts.say(m.selection_zip_started());
      library.whenEnded(job.id, offerFile);
    });
  }

  function offerFile({ file, status, reason }: Job): void {
    if (file !== null) {
      const offer = { name: m.selection_download(), href: file.url, filename: file.filename };
      toasts.offer(m.selection_zip_ready({ size: bytes(file.bytes) }), offer);
    } else if (status === 'failed') toasts.warn(reason?.message ?? m.selection_zip_failed());
  }

  return { change, changeAll, exportAs };
}
