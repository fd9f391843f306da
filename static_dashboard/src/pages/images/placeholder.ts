import { thumbHashToDataURL } from 'thumbhash';

const made = new Map<string, string>();
const MOST = 400;

/** A blurred likeness of an image from its thumbhash, as a data URL; empty for a hash that is none. */
export function thumbhashUrl(thumbhash: string): string {
  if (thumbhash === '') return '';
  let found = made.get(thumbhash);
  if (found === undefined) {
    found = draw(thumbhash);
    made.set(thumbhash, found);
    if (made.size > MOST) made.delete(made.keys().next().value as string);
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
