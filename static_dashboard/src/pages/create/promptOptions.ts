import type { GivenPrompt, PromptView } from '../../lib/api/types';
import { m } from '../../lib/messages';

/** A prompt and the texts that go with it, as the form holds them. */
export interface PromptTexts {
  prompt: string;
  negative: string;
  title: string;
  alt: string;
  tags: string[];
}

/** One of several prompts written for a theme, with the user's edits. */
export interface PromptOption extends PromptTexts {
  source: PromptView['source'];
  /** The prompt as it was written, to tell whether it was edited. */
  original: string;
  /** All texts as they were written; missing in drafts of earlier versions. */
  written?: PromptTexts;
  /** A warning about words that the model doesn't know; empty when there are none. */
  sentence: string;
}

export const NO_TEXTS: PromptTexts = { prompt: '', negative: '', title: '', alt: '', tags: [] };

const MAX_OPTIONS = 9; // more can't be compared at a glance
const MAX_AVOIDED = 20; // the limit of the API

export function promptOptionOf(view: PromptView): PromptOption {
  const texts = {
    prompt: view.prompt,
    negative: view.negative_prompt,
    title: view.title,
    alt: view.alt_text,
    tags: [...view.tags],
  };
  return {
    ...texts,
    written: texts,
    source: view.source,
    original: view.prompt,
    sentence: view.sentence,
  };
}

/**
 * Title, alt text, and tags that fit a prompt: those that were written for another prompt are emptied, and come back
 * when the prompt does. What a user typed is kept.
 */
export function fittingTexts(texts: PromptTexts, written: PromptTexts): PromptTexts {
  const same = texts.prompt.trim() === written.prompt.trim();
  const fit = (now: string, then: string) => (same ? now || then : now === then ? '' : now);
  const tags = fit(texts.tags.join(), written.tags.join());
  return {
    ...texts,
    title: fit(texts.title, written.title),
    alt: fit(texts.alt, written.alt),
    tags: tags === '' ? [] : tags.split(','),
  };
}

/** Whether texts of the original prompt were emptied because the prompt was edited. */
export function textsRemoved(texts: PromptTexts, written: PromptTexts): boolean {
  if (texts.prompt.trim() === '' || texts.prompt.trim() === written.prompt.trim()) return false;
  return (
    (written.title !== '' && texts.title === '') ||
    (written.alt !== '' && texts.alt === '') ||
    (written.tags.length > 0 && texts.tags.length === 0)
  );
}

/** Add an option; the oldest are dropped beyond nine. */
export function withOption(options: readonly PromptOption[], option: PromptOption): PromptOption[] {
  return [...options, option].slice(-MAX_OPTIONS);
}

/** The prompts that the next one must differ from, as they were written. */
export function promptsToAvoid(options: readonly PromptOption[]): string[] {
  return options.map(({ original }) => original).slice(-MAX_AVOIDED);
}

/** The hint below the prompt: who wrote it, and whether it was edited. */
export function sourceText(texts: PromptTexts, option: PromptOption | undefined): string {
  if (texts.prompt.trim() === '') return m.create_prompt_hint();
  if (option === undefined) return m.create_your_prompt();
  const edited = texts.prompt !== option.original;
  if (option.source === 'chatgpt') return edited ? m.create_from_chatgpt_edited() : m.create_from_chatgpt();
  if (option.source === 'offline') return edited ? m.create_from_word_lists_edited() : m.create_from_word_lists();
  return edited ? m.create_your_prompt_edited() : m.create_your_prompt();
}

/** The texts as the API takes them. */
export function givenPrompt({ prompt, negative, title, alt, tags }: PromptTexts): GivenPrompt {
  return {
    prompt: prompt.trim(),
    negative_prompt: negative.trim(),
    title: title.trim(),
    alt_text: alt.trim(),
    tags: [...tags],
  };
}
