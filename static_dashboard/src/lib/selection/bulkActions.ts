import type { Job, LibraryImage } from '../api/types';
import type { App } from '../app.svelte';
import { m } from '../messages';
import type { ImageList } from '../store/list.svelte';
import { errorMessage } from '../text/errors';
import { bytes, counted } from '../text/numbers';
import { applied, inverse, type Change } from './change';

const AT_ONCE = 500; // as many ids as one call takes

/** What a person does with many pictures, with its words.  Whatever fails is told, and nothing is thrown. */
export function bulkActions({ library, session, toasts }: App, list: () => ImageList) {
  const { api } = session;

  async function attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      toasts.warn(errorMessage(error));
    }
  }

  /** Sends one change for these pictures; those that could not be changed come back with the reason of the first. */
  async function send(change: Change, ids: readonly string[]) {
    const failed: { id: string; error: string }[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      failed.push(...(await api.bulk(change, ids.slice(at, at + AT_ONCE))).failed);
    }
    return failed;
  }

  /** Shows the change at once and tells the service; what it refuses is taken back. */
  async function change(pictures: readonly LibraryImage[], wanted: Change): Promise<void> {
    const now = new Date().toISOString();
    const back = inverse(wanted, pictures);
    const release = library.hold(pictures.map(({ id }) => id));
    if (wanted.action !== 'purge') library.showMany(pictures.map((picture) => applied(picture, wanted, now)));
    await attempt(async () => {
      let failed: { id: string; error: string }[] = [];
      try {
        failed = await send(
          wanted,
          pictures.map(({ id }) => id),
        );
      } catch (error) {
        library.showMany(pictures);
        throw error;
      } finally {
        release();
      }
      const refused = new Set(failed.map(({ id }) => id));
      library.showMany(pictures.filter(({ id }) => refused.has(id)));
      const done = pictures.filter(({ id }) => !refused.has(id));
      if (wanted.action === 'purge') library.forget(done.map(({ id }) => id));
      library.pollNow();
      if (done.length > 0) toasts.say(words(wanted, done.length), back.length === 0 ? null : () => undo(done, back));
      if (failed[0] !== undefined) toasts.warn(`${counted(failed.length, 'picture')} could not be: ${failed[0].error}`);
    });
  }

  async function undo(before: readonly LibraryImage[], back: ReturnType<typeof inverse>): Promise<void> {
    const release = library.hold(before.map(({ id }) => id));
    library.showMany(before);
    await attempt(async () => {
      try {
        for (const part of back) await send(part.change, part.ids);
      } finally {
        release();
        library.pollNow();
      }
    });
  }

  /** The same to all that match, as a job that one undo takes back. */
  async function changeAll(wanted: Change, count: string): Promise<void> {
    await attempt(async () => {
      const job = await api.bulkMatching(wanted, list().query);
      if (job === undefined) return;
      library.noteJob(job);
      const undoing =
        wanted.action === 'purge' ? null : () => attempt(async () => library.noteJob(await api.undo(job.id)));
      toasts.say(`${doing(wanted)} ${count} pictures. Activity shows how far that is.`, undoing);
      library.whenEnded(job.id, () => void list().reload());
    });
  }

  async function exportAs(what: { ids: string[] } | { q: string }, variant: 'original' | 'clean'): Promise<void> {
    await attempt(async () => {
      const job = await api.exportImages(what, variant);
      library.noteJob(job);
      toasts.say(m.selection_creating_zip_file_youll());
      library.whenEnded(job.id, zipped);
    });
  }

  function zipped({ file, status, reason }: Job): void {
    if (file !== null) {
      const text = m.selection_zip_file_ready_available({ size: bytes(file.bytes) });
      toasts.offer(text, { name: m.selection_download(), href: file.url, filename: file.filename });
    } else if (status === 'failed') toasts.warn(reason?.message ?? m.selection_couldnt_create_zip_file());
  }

  return { change, changeAll, exportAs };
}

function words({ action, tags = [], rating = 0 }: Change, count: number): string {
  const many = counted(count, 'picture');
  const named = tags.map((tag) => `“${tag}”`).join(', ');
  const said: Record<Change['action'], string> = {
    favourite: m.selection_text({ count: many }),
    unfavourite: m.selection_text_count({ count: many }),
    approve: m.selection_text_2({ count: many }),
    unapprove: m.selection_text_count__approval__approval({ count: many }),
    rate: rating === 0 ? m.selection_text_count__rating__ratings({ count: many }) : `${many} rated ${rating} of 5.`,
    tag: `${many} tagged ${named}.`,
    untag: `${named} taken off ${many}.`,
    trash: m.selection_text_3({ count: many }),
    restore: m.selection_text_4({ count: many }),
    purge: m.selection_text_5({ count: many }),
  };
  return said[action];
}

const DOING: Record<Change['action'], string> = {
  favourite: 'Marking',
  unfavourite: 'Unmarking',
  approve: 'Approving',
  unapprove: 'Taking approval from',
  rate: 'Rating',
  tag: 'Tagging',
  untag: 'Untagging',
  trash: 'Moving to the trash:',
  restore: 'Restoring',
  purge: 'Deleting for good:',
};

function doing({ action }: Change): string {
  return DOING[action];
}
