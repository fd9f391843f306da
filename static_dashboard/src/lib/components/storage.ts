/** What this browser keeps of a person's choices; one that may keep nothing forgets them with the page. */
export function readStored(place: string): string | null {
  try {
    return localStorage.getItem(`auto-image-gen.${place}`);
  } catch {
    return null;
  }
}

export function writeStored(place: string, value: string): void {
  try {
    localStorage.setItem(`auto-image-gen.${place}`, value);
  } catch {
    // see above
  }
}
