import type { Api } from '../../lib/api/calls';
import type { LibraryImage } from '../../lib/api/types';
import { fileName } from './facts';

/** Saves an image as a file: as it was stored, or without its prompt and ids. */
export async function download(api: Api, image: LibraryImage, clean: boolean): Promise<void> {
  if (clean) {
    saveBlob(await api.fileWithoutMetadata(image.id), fileName(image, 'clean'));
    return;
  }
  try {
    // Not from the cache: what an <img> put there lacks the header that lets a page read it.
    const response = await fetch(image.original_url, { cache: 'no-store' });
    if (!response.ok) throw new Error(String(response.status));
    saveBlob(await response.blob(), fileName(image));
  } catch {
    // The store may not let pages read its files; the browser itself always may.
    window.open(image.original_url, '_blank', 'noopener');
  }
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
