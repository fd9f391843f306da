import type { GivenPrompt, PromptView } from '../../lib/api/types';

/** The words of a prompt as the page holds them while they are changed. */
export interface Words {
  prompt: string;
  negative: string;
  title: string;
  alt: string;
  tags: string[];
}

/** One writing of a theme: how it came, and how it stands now. */
export interface Writing extends Words {
  source: PromptView['source'];
  /** As it was written, to tell whether somebody changed it. */
  original: string;
  /** What to know about words that the model has never seen. */
  sentence: string;
}

export const NO_WORDS: Words = { prompt: '', negative: '', title: '', alt: '', tags: [] };

const MOST = 9; // shown beside each other
const MOST_AVOIDED = 20; // as the service takes them

export function writingOf(view: PromptView): Writing {
  return {
    prompt: view.prompt,
    negative: view.negative_prompt,
    title: view.title,
    alt: view.alt_text,
    tags: [...view.tags],
    source: view.source,
    original: view.prompt,
    sentence: view.sentence,
  };
}

/** The writings with one more; the oldest go once there are too many to choose from. */
export function withAnother(writings: readonly Writing[], writing: Writing): Writing[] {
  return [...writings, writing].slice(-MOST);
}

/** What the next writing of the theme must differ from. */
export function toAvoid(writings: readonly Writing[]): string[] {
  return writings.map(({ original }) => original).slice(-MOST_AVOIDED);
}

/** Who wrote the prompt, as a hint below it. */
export function sourceSentence(words: Words, writing: Writing | undefined): string {
  if (words.prompt.trim() === '') return 'Left empty, it is written when the painting starts.';
  if (writing === undefined) return 'Yours, as you typed it.';
  const by = { chatgpt: 'Written by ChatGPT', offline: 'Composed from word lists', user: 'Yours' }[writing.source];
  return words.prompt === writing.original ? `${by}. Change it as you like.` : `${by}, changed by you.`;
}

/** The words as the service takes them. */
export function givenPrompt({ prompt, negative, title, alt, tags }: Words): GivenPrompt {
  return {
    prompt: prompt.trim(),
    negative_prompt: negative.trim(),
    title: title.trim(),
    alt_text: alt.trim(),
    tags: [...tags],
  };
}
