import type { ImagePatch, LibraryImage } from '../../lib/api/types';

/** The changes of title and alt text; null if nothing was changed. */
export function textPatch(
  image: Pick<LibraryImage, 'title' | 'alt_text'>,
  title: string,
  alt: string,
): ImagePatch | null {
  const patch: ImagePatch = {};
  if (title.trim() !== image.title) patch.title = title.trim();
  if (alt.trim() !== image.alt_text) patch.alt_text = alt.trim();
  return Object.keys(patch).length === 0 ? null : patch;
}
