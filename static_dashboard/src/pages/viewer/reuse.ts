import type { LibraryImage } from '../../lib/api/types';
import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import { place } from '../../lib/router/place.svelte';

/** What is copied to Create: all but the seed, for a variation; the prompt only; or the seed only. */
export type ReusedSettings = 'all' | 'prompt' | 'seed';

const COPIED: Record<ReusedSettings, string> = {
  all: m.viewer_prompt_options_copied_create(),
  prompt: m.viewer_prompt_copied_to_create(),
  seed: m.viewer_seed_copied_to_create(),
};

/** Copy settings of an image to the draft in Create and go there; undo brings the earlier draft back. */
export async function copyToCreateDraft({ toasts }: App, image: LibraryImage, what: ReusedSettings): Promise<void> {
  const { draft } = await import('../create/draft.svelte');
  const { theme, texts, promptOptions, promptOptionsTheme, chosen, written, options, preset } = draft;
  const prompts = { promptOptions, promptOptionsTheme, chosen, written };
  const before = { theme, ...texts, ...prompts, options: { ...options }, preset };
  if (what === 'seed') draft.options.seed = String(image.seed);
  else draft.load({ theme: image.theme, prompt: promptOf(image), options: optionsOf(image) });
  if (what === 'prompt') draft.options = before.options;
  draft.save();
  place.go({ page: 'create', theme: '' });
  toasts.say(COPIED[what], () => {
    Object.assign(draft, before);
    draft.save();
  });
}

function promptOf({ prompt, negative_prompt, title, alt_text, tags }: LibraryImage) {
  return {
    prompt,
    negative_prompt,
    title,
    alt_text,
    tags: [...tags],
    source: 'user' as const,
    cost_usd: 0,
    unknown_words: [],
    not_new: false,
    left_out: [],
  };
}

function optionsOf({ model, width, height, steps, guidance, sampler, negative_prompt }: LibraryImage) {
  return { model, width, height, steps, guidance, sampler, negative_prompt, seed: null, count: 1 };
}
