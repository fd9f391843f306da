import type { LibraryImage } from '../../lib/api/types';

/** The URL of the file to show: the original, or the thumbnail of an image whose original is missing. */
export function fileUrl(image: LibraryImage): string {
  return image.original_missing_at === null ? image.original_url : image.thumbnail_url;
}
