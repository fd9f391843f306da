import { getApp } from '../../lib/app.svelte';

const LONGEST_MS = 1_500;

/**
 * Whether what stands above the images is known, so that they need not move for it once they are seen; after a
 * while they are shown all the same.  `known` adds what else must be.  To be called while a component is made.
 */
export function layoutReady(known: () => boolean): () => boolean {
  const { library, session } = getApp();
  let late = $state(false);
  $effect(() => {
    const timer = setTimeout(() => (late = true), LONGEST_MS);
    return () => clearTimeout(timer);
  });
  return () => late || (session.config !== null && library.schedulesLoaded && library.polled && known());
}
