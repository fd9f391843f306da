import { getApp } from '../../lib/app.svelte';

const MAX_WAIT_MS = 1_500;

/**
 * Whether the height of the page above the images is known, so that they don't move once they are visible; true after
 * 1.5 s in any case.  `known` adds a condition.  Call it during a component's initialization.
 */
export function layoutReady(known: () => boolean): () => boolean {
  const { library, session } = getApp();
  let isLate = $state(false);
  $effect(() => {
    const timer = setTimeout(() => (isLate = true), MAX_WAIT_MS);
    return () => clearTimeout(timer);
  });
  return () => isLate || (session.config !== null && library.schedulesLoaded && library.polled && known());
}
