import { SvelteSet } from 'svelte/reactivity';

/** URLs of image files that couldn't be loaded. A signed URL that was renewed is another URL, and is tried again. */
export const brokenFiles = new SvelteSet<string>();

/** Try all files again, as after a time without a connection. */
export function retryBrokenFiles(): void {
  brokenFiles.clear();
}

/**
 * Note that the file of the image of an error event couldn't be loaded; false for an image that the page has removed.
 * The URL is the element's own, because the values of a removed component can't be read.
 */
export function noteBroken(event: Event): boolean {
  const img = event.currentTarget;
  if (!(img instanceof HTMLImageElement) || !img.isConnected) return false;
  brokenFiles.add(img.getAttribute('src') ?? '');
  return true;
}
