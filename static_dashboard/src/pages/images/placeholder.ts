import { thumbHashToDataURL } from 'thumbhash';

const cache = new Map<string, string>();
const MAX_CACHED = 400;

/** The blurred preview of an image from its thumbhash, as a data URL; empty for an invalid hash. */
export function thumbhashUrl(thumbhash: string): string {
  if (thumbhash === '') return '';
  let found = cache.get(thumbhash);
  if (found === undefined) {
    found = draw(thumbhash);
    cache.set(thumbhash, found);
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value as string);
  }
  return found;
}

function draw(thumbhash: string): string {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0)));
  } catch {
    return '';
  }
}
