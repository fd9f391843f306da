import type { JobDraft, LibraryImage } from '../../lib/api/types';
import type { App } from '../../lib/app.svelte';
import { m } from '../../lib/messages';
import { errorMessage } from '../../lib/text/errors';
import { freshKey } from '../../lib/text/ids';

/** The job that generates one image with the prompt and the options of another, and a new seed. */
export function sameWithNewSeed(image: LibraryImage): JobDraft {
  const { theme, prompt, negative_prompt, title, alt_text, tags } = image;
  const { model, width, height, steps, guidance, sampler } = image;
  return {
    theme,
    prompt: { prompt, negative_prompt, title, alt_text, tags: [...tags] },
    options: { model, width, height, steps, guidance, sampler, negative_prompt, seed: null, count: 1 },
  };
}

/** Generate an image again with a new seed, and say so; undo cancels the job. */
export async function generateAgain({ session, library, toasts }: App, image: LibraryImage): Promise<void> {
  try {
    const job = await session.api.submit(sameWithNewSeed(image), freshKey());
    library.noteJob(job);
    toasts.say(m.viewer_generating_with_new_seed(), async () => library.noteJob(await session.api.cancel(job.id)));
  } catch (error) {
    toasts.warn(errorMessage(error));
  }
}
