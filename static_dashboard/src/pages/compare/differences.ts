import type { LibraryImage } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dollars } from '../../lib/text/numbers';
import { duration, dateTime } from '../../lib/text/time';
import type { Piece } from '../../lib/text/highlight';

/** A parameter that differs between images, with its value in each. */
export interface Difference {
  name: string;
  values: string[];
  /** Whether the values are sentences, in which the differing words are marked. */
  long: boolean;
}

type Reader = (image: LibraryImage, zone: string | undefined) => string;

const TEXTS: [string, Reader][] = [
  [m.compare_theme(), (one) => one.theme],
  [m.compare_prompt(), (one) => one.prompt],
  [m.compare_negative_prompt(), (one) => one.negative_prompt],
];

const NUMBERS: [string, Reader][] = [
  [m.compare_model(), (one) => one.model],
  [m.compare_revision(), (one) => one.model_revision],
  [m.compare_size(), (one) => `${one.width} × ${one.height}`],
  [m.compare_steps(), (one) => String(one.steps)],
  [m.compare_guidance_scale(), (one) => String(one.guidance)],
  [m.compare_sampler(), (one) => one.sampler],
  [m.compare_seed(), (one) => String(one.seed)],
  [m.compare_schedule(), (one) => one.schedule_name ?? ''],
  [m.compare_created(), (one, zone) => dateTime(one.created_at, zone)],
  [m.compare_generation_time(), (one) => duration(one.timings.painting_ms / 1_000)],
  [m.compare_cost(), (one) => (one.cost_usd > 0 ? dollars(one.cost_usd) : '')],
  [m.compare_rating(), (one) => (one.rating === 0 ? '' : m.compare_rating_of_5({ rating: one.rating }))],
];

/** The parameters that differ, texts first, and the names of those that are identical. */
export function compareImages(
  images: readonly LibraryImage[],
  zone?: string,
): { differing: Difference[]; identical: string[] } {
  const differing: Difference[] = [];
  const identical: string[] = [];
  for (const [fields, long] of [[TEXTS, true] as const, [NUMBERS, false] as const]) {
    for (const [name, read] of fields) {
      const values = images.map((image) => read(image, zone));
      if (new Set(values).size > 1) differing.push({ name, values, long });
      else if (values[0] !== '') identical.push(name);
    }
  }
  return { differing, identical };
}

/** Each text as pieces; a word is a hit when another text lacks it. */
export function markDifferences(texts: readonly string[]): Piece[][] {
  const sets = texts.map((text) => new Set(wordsOf(text).map(normalized)));
  return texts.map((text) =>
    wordsOf(text).map((word) => ({
      text: word,
      hit: normalized(word) !== '' && sets.some((set) => !set.has(normalized(word))),
    })),
  );
}

/** The words of a text and what is between them, in order. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}'’-]+|[^\p{L}\p{N}\p{M}'’-]+/gu) ?? [];
}

function normalized(word: string): string {
  return /[\p{L}\p{N}]/u.test(word) ? word.toLowerCase() : '';
}
