import type { Album } from '../../lib/api/types';
import { m } from '../../lib/messages';

/** The number of an album's images as text, or that its search isn't valid anymore. */
export function sizeText({ total, total_text }: Pick<Album, 'total' | 'total_text'>): string {
  if (total !== null) return m.albums_count({ count: total });
  return total_text === null ? m.albums_search_invalid() : m.albums_count_text({ count: total_text });
}
