import type { Api } from '../api/calls';
import { ApiError } from '../api/errors';
import type { ImagePatch, LibraryImage } from '../api/types';
import { applied, patched, type Change, type ChangeGroup } from './change';

const IDS_PER_CALL = 500;

/** An image that the API did not change, and why. */
export interface Refusal {
  id: string;
  error: string;
}

/** What the API did with a bulk action, image by image. */
export interface BulkResult {
  changed: LibraryImage[];
  refused: Refusal[];
}

type ChangeCalls = Pick<Api, 'bulk' | 'image' | 'patchImage' | 'restoreImage' | 'trashImage'>;

/**
 * Changes images.  A change is shown at once; then the API's result replaces it, or the state before if the call
 * fails.  Every method throws what the API client throws.
 */
export class ImageChanges {
  private readonly pending = new Map<string, number>();
  private readonly patches = new Map<string, Promise<LibraryImage>>();

  constructor(
    private readonly session: { readonly api: ChangeCalls },
    private readonly show: (images: readonly LibraryImage[]) => void,
  ) {}

  /** Whether a change to this image has been sent and not answered: the change feed may still report the old state. */
  isPending(id: string): boolean {
    return this.pending.has(id);
  }

  /** Set values of one image and return the saved image. */
  async patch(image: LibraryImage, patch: ImagePatch): Promise<LibraryImage> {
    const { id } = image;
    // Patches of one image are sent one after the other, each with the ETag that the one before returned.
    const before = (this.patches.get(id) ?? Promise.resolve(image)).catch(() => image);
    const saving = before.then((latest) => this.save(latest, patch));
    this.patches.set(id, saving);
    const isLatest = () => this.patches.get(id) === saving;
    try {
      return await this.send(
        [id],
        [patched(image, patch, new Date().toISOString())],
        async () => {
          const saved = await saving;
          if (isLatest()) this.show([saved]);
          return saved;
        },
        async () => (isLatest() ? [await before] : []),
      );
    } finally {
      if (isLatest()) this.patches.delete(id);
    }
  }

  /** Apply one action to several images. */
  async apply(change: Change, images: readonly LibraryImage[]): Promise<BulkResult> {
    const ids = idsOf(images);
    const now = new Date().toISOString();
    const after = change.action === 'purge' ? [] : images.map((image) => applied(image, change, now));
    const refused = await this.send(
      ids,
      after,
      () => this.bulk(change, ids),
      async () => images,
    );
    const refusedIds = new Set(refused.map(({ id }) => id));
    this.show(images.filter(({ id }) => refusedIds.has(id)));
    return { changed: images.filter(({ id }) => !refusedIds.has(id)), refused };
  }

  /** Bring images back to the state `before` by the changes that undo the last one. */
  async undo(before: readonly LibraryImage[], groups: readonly ChangeGroup[]): Promise<void> {
    await this.send(
      idsOf(before),
      before,
      async () => {
        for (const { change, ids } of groups) await this.bulk(change, ids);
      },
      async () => [],
    );
  }

  /** Move one image to trash; it is shown there once the API has answered. */
  async trash(id: string): Promise<void> {
    this.show([await this.session.api.trashImage(id)]);
  }

  /** Restore one image from trash; it is shown in the library once the API has answered. */
  async restore(id: string): Promise<void> {
    this.show([await this.session.api.restoreImage(id)]);
  }

  /** Show `after` while `call` runs; if it fails, show what `before` returns. */
  private async send<T>(
    ids: readonly string[],
    after: readonly LibraryImage[],
    call: () => Promise<T>,
    before: () => Promise<readonly LibraryImage[]>,
  ): Promise<T> {
    for (const id of ids) this.pending.set(id, (this.pending.get(id) ?? 0) + 1);
    this.show(after);
    try {
      return await call();
    } catch (error) {
      this.show(await before());
      throw error;
    } finally {
      for (const id of ids) {
        const left = (this.pending.get(id) ?? 1) - 1;
        if (left === 0) this.pending.delete(id);
        else this.pending.set(id, left);
      }
    }
  }

  private async save(latest: LibraryImage, patch: ImagePatch): Promise<LibraryImage> {
    const { api } = this.session;
    try {
      return await api.patchImage(latest.id, latest.etag, patch);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      // A patch sets values outright, so it can be applied to the version that someone else has saved.
      const newer = await api.image(latest.id);
      return await api.patchImage(latest.id, newer.etag, patch);
    }
  }

  private async bulk(change: Change, ids: readonly string[]): Promise<Refusal[]> {
    const refused: Refusal[] = [];
    for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
      refused.push(...(await this.session.api.bulk(change, ids.slice(from, from + IDS_PER_CALL))).failed);
    }
    return refused;
  }
}

function idsOf(images: readonly LibraryImage[]): string[] {
  return images.map(({ id }) => id);
}
