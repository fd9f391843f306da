import type { LibraryImage } from '../api/types';

const SPARE_MS = 60_000;

/** Whether an image's signed addresses stop working within a minute. */
export function isExpiring(image: LibraryImage, now: number): boolean {
  return Date.parse(image.urls_expire_at) - now < SPARE_MS;
}

/** The newer view, with the older's addresses while those still work: a changed address is a download again. */
export function reuseUrls(older: LibraryImage | undefined, newer: LibraryImage, now: number): LibraryImage {
  if (older === undefined || isExpiring(older, now)) return newer;
  return {
    ...newer,
    thumbnail_url: older.thumbnail_url,
    original_url: older.original_url,
    urls_expire_at: older.urls_expire_at,
  };
}
