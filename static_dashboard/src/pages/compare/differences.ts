import type { LibraryImage } from '../../lib/api/types';
import { dollars } from '../../lib/text/numbers';
import { lasting, moment } from '../../lib/text/time';
import type { Piece } from '../../lib/text/highlight';

/** A parameter that pictures do not share, with its value in each. */
export interface Difference {
  name: string;
  values: string[];
  /** A sentence rather than a number: what differs within it is marked. */
  long: boolean;
}

type Read = (picture: LibraryImage, zone: string | undefined) => string;

const LONG: [string, Read][] = [
  ['Theme', (one) => one.theme],
  ['Prompt', (one) => one.prompt],
  ['Negative prompt', (one) => one.negative_prompt],
];

const SHORT: [string, Read][] = [
  ['Model', (one) => one.model],
  ['Revision', (one) => one.model_revision],
  ['Size', (one) => `${one.width} × ${one.height}`],
  ['Steps', (one) => String(one.steps)],
  ['Guidance', (one) => String(one.guidance)],
  ['Sampler', (one) => one.sampler],
  ['Seed', (one) => String(one.seed)],
  ['Schedule', (one) => one.schedule_name ?? ''],
  ['Painted', (one, zone) => moment(one.created_at, zone)],
  ['Painting took', (one) => lasting(one.timings.painting_ms / 1_000)],
  ['Cost', (one) => (one.cost_usd > 0 ? dollars(one.cost_usd) : '')],
  ['Rating', (one) => (one.rating === 0 ? '' : `${one.rating} of 5`)],
];

/** The parameters that differ, the words first; and the names of those that are alike. */
export function compared(pictures: readonly LibraryImage[], zone?: string): { differ: Difference[]; alike: string[] } {
  const differ: Difference[] = [];
  const alike: string[] = [];
  for (const [fields, long] of [[LONG, true] as const, [SHORT, false] as const]) {
    for (const [name, read] of fields) {
      const values = pictures.map((picture) => read(picture, zone));
      if (new Set(values).size > 1) differ.push({ name, values, long });
      else if (values[0] !== '') alike.push(name);
    }
  }
  return { differ, alike };
}

/** Each text cut up so that the words which some other one lacks stand out. */
export function wordsApart(texts: readonly string[]): Piece[][] {
  const sets = texts.map((text) => new Set(wordsOf(text).map(bare)));
  return texts.map((text) =>
    wordsOf(text).map((word) => ({ text: word, hit: bare(word) !== '' && sets.some((set) => !set.has(bare(word))) })),
  );
}

/** Words and what is between them, in order. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}'’-]+|[^\p{L}\p{N}\p{M}'’-]+/gu) ?? [];
}

function bare(word: string): string {
  return /[\p{L}\p{N}]/u.test(word) ? word.toLowerCase() : '';
}
