import type { BulkAction, LibraryImage } from '../api/types';

/** One change to many pictures, as the service takes it. */
export interface Change {
  action: BulkAction;
  tags?: string[];
  rating?: number;
}

/** A picture as the service will make it, for showing at once. */
export function applied(picture: LibraryImage, change: Change, now: string): LibraryImage {
  const tags = change.tags ?? [];
  switch (change.action) {
    case 'favourite':
    case 'unfavourite':
      return { ...picture, favourite: change.action === 'favourite' };
    case 'approve':
      return { ...picture, approved_at: picture.approved_at ?? now };
    case 'unapprove':
      return { ...picture, approved_at: null };
    case 'rate':
      return { ...picture, rating: change.rating ?? 0 };
    case 'tag':
      return { ...picture, tags: [...picture.tags, ...lacking(picture, tags)] };
    case 'untag':
      return { ...picture, tags: picture.tags.filter((tag) => !tags.includes(tag.toLowerCase())) };
    case 'trash':
      return { ...picture, deleted_at: picture.deleted_at ?? now };
    case 'restore':
      return { ...picture, deleted_at: null };
    default:
      return picture;
  }
}

/** What takes a change back, with the pictures that each part of it is for; nothing for what can't be. */
export function inverse(change: Change, before: readonly LibraryImage[]): { change: Change; ids: string[] }[] {
  const parts = new Map<string, { change: Change; ids: string[] }>();
  for (const picture of before) {
    const back = undoing(change, picture);
    if (back === null) continue;
    const name = JSON.stringify(back);
    const part = parts.get(name) ?? { change: back, ids: [] };
    part.ids.push(picture.id);
    parts.set(name, part);
  }
  return [...parts.values()];
}

function undoing(change: Change, before: LibraryImage): Change | null {
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
      const added = lacking(before, tags);
      return added.length === 0 ? null : { action: 'untag', tags: added };
    }
    case 'untag': {
      const removed = before.tags.filter((tag) => tags.includes(tag.toLowerCase()));
      return removed.length === 0 ? null : { action: 'tag', tags: removed };
    }
    case 'trash':
      return before.deleted_at === null ? { action: 'restore' } : null;
    case 'restore':
      return before.deleted_at === null ? null : { action: 'trash' };
    default:
      return null;
  }
}

/** Those of the tags, each in lower case, that a picture has not. */
function lacking(picture: LibraryImage, tags: readonly string[]): string[] {
  const held = new Set(picture.tags.map((tag) => tag.toLowerCase()));
  return tags.filter((tag) => !held.has(tag));
}
