/** A stored setting of this browser; null if there is none, or if the browser blocks storage. */
export function readStored(name: string): string | null {
  try {
    return localStorage.getItem(`auto-image-gen.${name}`);
  } catch {
    return null;
  }
}

/** Store a setting in this browser. */
export function writeStored(name: string, value: string): void {
  try {
    localStorage.setItem(`auto-image-gen.${name}`, value);
  } catch {
    // Without storage a setting lasts as long as the page.
  }
}
