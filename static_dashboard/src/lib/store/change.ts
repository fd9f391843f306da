import type { BulkAction, ImagePatch, LibraryImage } from '../api/types';

/** One action on several images, as the API takes it. */
export interface Change {
  action: BulkAction;
  tags?: string[];
  rating?: number;
  /** The ID of the album to which images are added, or from which they are removed. */
  album?: string;
}

/** A change and the ids of the images that it applies to. */
export interface ChangeGroup {
  change: Change;
  ids: string[];
}

/** The image as the API will return it after a patch. */
export function patched(image: LibraryImage, { approved, ...values }: ImagePatch, now: string): LibraryImage {
  if (approved === undefined) return { ...image, ...values };
  return { ...image, ...values, approved_at: approved ? (image.approved_at ?? now) : null };
}

/** The image as the API will return it after a bulk action. */
export function applied(image: LibraryImage, change: Change, now: string): LibraryImage {
  const tags = change.tags ?? [];
  switch (change.action) {
    case 'favourite':
    case 'unfavourite':
      return patched(image, { favourite: change.action === 'favourite' }, now);
    case 'approve':
    case 'unapprove':
      return patched(image, { approved: change.action === 'approve' }, now);
    case 'rate':
      return patched(image, { rating: change.rating ?? 0 }, now);
    case 'tag':
      return patched(image, { tags: [...image.tags, ...missingTags(image, tags)] }, now);
    case 'untag':
      return patched(image, { tags: image.tags.filter((tag) => !tags.includes(tag.toLowerCase())) }, now);
    case 'trash':
      return { ...image, deleted_at: image.deleted_at ?? now };
    case 'restore':
      return { ...image, deleted_at: null };
    case 'add_to_album':
      return isIn(image, change.album)
        ? image
        : { ...image, places: [...image.places, placeAtEnd(change.album ?? '')] };
    case 'remove_from_album':
      return { ...image, places: image.places.filter(({ album }) => album !== change.album) };
    default:
      return image;
  }
}

/** The changes that undo a change to images in the state `before`; empty where nothing can be undone. */
export function inverse(change: Change, before: readonly LibraryImage[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>();
  for (const image of before) {
    const undo = inverseFor(change, image);
    if (undo === null) continue;
    const key = JSON.stringify(undo);
    const group = groups.get(key) ?? { change: undo, ids: [] };
    group.ids.push(image.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function inverseFor(change: Change, before: LibraryImage): Change | null {
  const tags = change.tags ?? [];
  switch (change.action) {
    case 'favourite':
      return before.favourite ? null : { action: 'unfavourite' };
    case 'unfavourite':
      return before.favourite ? { action: 'favourite' } : null;
    case 'approve':
      return before.approved_at === null ? { action: 'unapprove' } : null;
    case 'unapprove':
      return before.approved_at === null ? null : { action: 'approve' };
    case 'rate':
      return before.rating === change.rating ? null : { action: 'rate', rating: before.rating };
    case 'tag': {
      const added = missingTags(before, tags);
      return added.length === 0 ? null : { action: 'untag', tags: added };
    }
    case 'untag': {
      const removed = before.tags.filter((tag) => tags.includes(tag.toLowerCase()));
      return removed.length === 0 ? null : { action: 'tag', tags: removed };
    }
    case 'add_to_album':
      return isIn(before, change.album) ? null : { action: 'remove_from_album', album: change.album };
    case 'remove_from_album':
      return isIn(before, change.album) ? { action: 'add_to_album', album: change.album } : null;
    case 'trash':
      return before.deleted_at === null ? { action: 'restore' } : null;
    case 'restore':
      return before.deleted_at === null ? null : { action: 'trash' };
    default:
      return null;
  }
}

function isIn(image: LibraryImage, album: string | undefined): boolean {
  return image.places.some((place) => place.album === album);
}

/** The place of an image that is being added; only the API knows its position. */
function placeAtEnd(album: string): LibraryImage['places'][number] {
  return { album, position: '' };
}

/** Those of `tags`, each in lower case, that the image lacks. */
function missingTags(image: LibraryImage, tags: readonly string[]): string[] {
  const existing = new Set(image.tags.map((tag) => tag.toLowerCase()));
  return tags.filter((tag) => !existing.has(tag));
}
