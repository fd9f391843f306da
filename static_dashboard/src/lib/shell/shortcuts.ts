import { preferences } from '../preferences.svelte';

/** Actions by the name of the key in `KeyboardEvent.key`: `f`, `?`, `Delete`, `Shift+Delete`. */
export type Keymap = Record<string, (event: KeyboardEvent) => void>;

/** The name of an event in a keymap; it includes Shift only if Shift doesn't change the character. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  const single = event.key.length === 1;
  if (single && /[a-z]/i.test(event.key)) return (event.shiftKey ? 'Shift+' : '') + event.key.toLowerCase();
  return (event.shiftKey && !single ? 'Shift+' : '') + event.key;
}

/** Whether the focused element accepts text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    return true;
  }
  return (
    target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'reset'].includes(target.type)
  );
}

/** Run the action of a keymap for an event, unless a text field has the focus or a modifier key is pressed. */
export function pressed(event: KeyboardEvent, keymap: Keymap): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // Single-character shortcuts can be turned off; arrow keys, Enter, and similar keys can't.
  if (event.key.length === 1 && !preferences.shortcuts) return;
  const action = keymap[nameOf(event)];
  if (action === undefined) return;
  event.preventDefault();
  action(event);
}
