import { tick } from 'svelte';

const CONTROLS = ['button:enabled', 'select:enabled', 'a[href]', 'summary'].join();

/**
 * Gives the focus to what a place has first of `wanted`, else to its first control, once the page has changed.
 *
 * Only where what had it is gone or switched off: nobody who works by the keyboard starts at the top again.
 */
export async function refocus(place: ParentNode | null | undefined, wanted = CONTROLS): Promise<void> {
  await tick();
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const found = place?.querySelector<HTMLElement>(wanted) ?? place?.querySelector<HTMLElement>(CONTROLS);
  found?.focus();
}
