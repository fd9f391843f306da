import type { LibraryImage } from '../../lib/api/types';
import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import { place } from '../../lib/router/place.svelte';

/** All of a picture but its seed, so that another comes of it; its words alone; or its seed alone. */
export type ReusedSettings = 'all' | 'prompt' | 'seed';

const SAID: Record<ReusedSettings, string> = {
  all: m.viewer_prompt_options_copied_create(),
  prompt: m.viewer_prompt_copied_to_create(),
  seed: m.viewer_seed_copied_to_create(),
};

/** Puts how a picture was made into Create and goes there; the draft that was there comes back by undo. */
export async function remix({ toasts }: App, picture: LibraryImage, what: ReusedSettings): Promise<void> {
  const { draft } = await import('../create/draft.svelte');
  const { theme, writings, writtenFor, chosen, options, preset } = draft;
  const before = { theme, ...draft.words, writings, writtenFor, chosen, options: { ...options }, preset };
  if (what === 'seed') draft.options.seed = String(picture.seed);
  else draft.take({ theme: picture.theme, prompt: wordsOf(picture), options: optionsOf(picture) });
  if (what === 'prompt') draft.options = before.options;
  draft.keep();
  place.go({ page: 'create', theme: '' });
  toasts.say(SAID[what], () => {
    Object.assign(draft, before);
    draft.keep();
  });
}

function wordsOf({ prompt, negative_prompt, title, alt_text, tags }: LibraryImage) {
  return {
    prompt,
    negative_prompt,
    title,
    alt_text,
    tags: [...tags],
    source: 'user' as const,
    cost_usd: 0,
    unknown_words: [],
  };
}

function optionsOf({ model, width, height, steps, guidance, sampler, negative_prompt }: LibraryImage) {
  return { model, width, height, steps, guidance, sampler, negative_prompt, seed: null, count: 1 };
}
