import { m } from '../messages';
import type { Change } from '../store/change';
import { LANGUAGE } from '../text/language';
import type { Count } from '../text/numbers';

const CHANGED: Record<Change['action'], (values: { count: number; tags: string; rating: number }) => string> = {
  favourite: m.selection_added_to_favorites,
  unfavourite: m.selection_removed_from_favorites,
  approve: m.selection_approved,
  unapprove: m.selection_approval_removed,
  rate: (values) => (values.rating === 0 ? m.selection_rating_cleared(values) : m.selection_rated(values)),
  tag: m.selection_tagged,
  untag: m.selection_untagged,
  trash: m.selection_moved_to_trash,
  restore: m.selection_restored,
  purge: m.selection_deleted,
  regenerate: m.selection_regenerated,
  add_to_album: m.selection_added_to_album,
  remove_from_album: m.selection_removed_from_album,
};

const CHANGING: Record<Change['action'], (values: Count) => string> = {
  favourite: m.selection_adding_to_favorites,
  unfavourite: m.selection_removing_from_favorites,
  approve: m.selection_approving,
  unapprove: m.selection_removing_approval,
  rate: m.selection_rating,
  tag: m.selection_tagging,
  untag: m.selection_removing_tags,
  trash: m.selection_moving_to_trash,
  restore: m.selection_restoring,
  purge: m.selection_deleting,
  regenerate: m.selection_regenerating,
  add_to_album: m.selection_adding_to_album,
  remove_from_album: m.selection_removing_from_album,
};

/** The sentence for a change that was made to `count` images. */
export function changed({ action, tags = [], rating = 0 }: Change, count: number): string {
  const list = new Intl.ListFormat(LANGUAGE, { type: 'unit', style: 'short' });
  return CHANGED[action]({ count, rating, tags: list.format(tags.map((tag) => m.selection_quoted({ tag }))) });
}

/** The sentence for a change to `count` images that a job makes. */
export function changing({ action }: Change, count: Count): string {
  return CHANGING[action](count);
}
