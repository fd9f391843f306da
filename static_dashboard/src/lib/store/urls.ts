import type { LibraryImage } from '../api/types';

const SPARE_MS = 60_000;

/** Whether an image's signed URLs expire within a minute. */
export function isExpiring(image: LibraryImage, now: number): boolean {
  return Date.parse(image.urls_expire_at) - now < SPARE_MS;
}

/** The newer state with the older's URLs while those are valid, since a new URL is a new download. */
export function reuseUrls(older: LibraryImage | undefined, newer: LibraryImage, now: number): LibraryImage {
  if (older === undefined || isExpiring(older, now)) return newer;
  return {
    ...newer,
    thumbnail_url: older.thumbnail_url,
    original_url: older.original_url,
    urls_expire_at: older.urls_expire_at,
  };
}
