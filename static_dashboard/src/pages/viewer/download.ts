import type { Api } from '../../lib/api/calls';
import type { LibraryImage } from '../../lib/api/types';
import { saveBlob } from '../../lib/shell/saveBlob';
import { fileName } from './facts';

/** Save an image as a file: the original, or a copy without metadata. */
export async function download(api: Api, image: LibraryImage, withoutMetadata: boolean): Promise<void> {
  if (withoutMetadata) {
    saveBlob(await api.fileWithoutMetadata(image.id), fileName(image, 'clean'));
    return;
  }
  // Not from the cache: a response to an <img> lacks the CORS header that lets the page read it.
  const response = await fetch(image.original_url, { cache: 'no-store' }).catch(() => null);
  // The API says what to do about a missing file, and marks the image.
  if (response?.status === 404) await api.originalFile(image.id);
  // Storage without CORS doesn't let the page read its files, but the browser can open them.
  if (response?.ok) saveBlob(await response.blob(), fileName(image));
  else window.open(image.original_url, '_blank', 'noopener');
}
