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
  try {
    // Not from the cache: a response to an <img> lacks the CORS header that lets the page read it.
    const response = await fetch(image.original_url, { cache: 'no-store' });
    if (!response.ok) throw new Error(String(response.status));
    saveBlob(await response.blob(), fileName(image));
  } catch {
    // Storage without CORS doesn't let the page read its files, but the browser can open them.
    window.open(image.original_url, '_blank', 'noopener');
  }
}
