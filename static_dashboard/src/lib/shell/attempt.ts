import { errorMessage } from '../text/errors';
import type { Toasts } from './toasts.svelte';

/** Run an action and return its result; if it throws, show the error as a toast and return undefined. */
export async function attempt<T>(toasts: Toasts, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    toasts.warn(errorMessage(error));
    return undefined;
  }
}
