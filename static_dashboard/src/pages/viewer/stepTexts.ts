import { m } from '../../lib/messages';

/** The labels and tooltips of the buttons for the previous and the next image. */
export interface StepTexts {
  before: { label: string; title: string };
  after: { label: string; title: string };
}

/** The texts in a list that is sorted newest first or in another order; `only` says that it has a single image. */
export function stepTexts(isNewestFirst: boolean, only: boolean): StepTexts {
  const texts = isNewestFirst
    ? {
        before: { label: m.viewer_newer_image(), title: m.viewer_newer_key() },
        after: { label: m.viewer_older_image(), title: m.viewer_older_key() },
      }
    : {
        before: { label: m.viewer_previous_image(), title: m.viewer_previous_key() },
        after: { label: m.viewer_next_image(), title: m.viewer_next_key() },
      };
  if (only) texts.before.title = texts.after.title = m.viewer_only_image();
  return texts;
}
