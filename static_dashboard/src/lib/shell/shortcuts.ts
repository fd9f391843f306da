import { preferences } from '../preferences.svelte';

/** What a key does, by the name that `KeyboardEvent.key` gives it: `f`, `?`, `Delete`, `Shift+Delete`. */
export type Keymap = Record<string, (event: KeyboardEvent) => void>;

/** The name under which a keymap lists an event; Shift counts only where it doesn't change the character. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  const single = event.key.length === 1;
  if (single && /[a-z]/i.test(event.key)) return (event.shiftKey ? 'Shift+' : '') + event.key.toLowerCase();
  return (event.shiftKey && !single ? 'Shift+' : '') + event.key;
}

/** Whether typing belongs to what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) {
    return true;
  }
  return (
    target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'reset'].includes(target.type)
  );
}

/** Runs a keymap's entry for an event, unless somebody types or a modifier makes it another shortcut. */
export function pressed(event: KeyboardEvent, keymap: Keymap): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // Single characters may be switched off; arrows, Enter and the like may not.
  if (event.key.length === 1 && !preferences.shortcuts) return;
  const action = keymap[nameOf(event)];
  if (action === undefined) return;
  event.preventDefault();
  action(event);
}
