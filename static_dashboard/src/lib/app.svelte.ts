import { createContext } from 'svelte';
import type { Library } from './store/library.svelte';
import type { Session } from './session/session.svelte';
import type { Toasts } from './shell/toasts.svelte';

/** What every part of the page may reach. */
export interface App {
  readonly session: Session;
  readonly library: Library;
  readonly toasts: Toasts;
}

const [getApp, setApp] = createContext<App>();

export { getApp, setApp };
