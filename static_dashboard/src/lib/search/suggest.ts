import { FIELDS, fieldToken } from './tokens';

/** A completion of the word being typed. */
export interface Suggestion {
  /** The text that replaces that word. */
  text: string;
  /** The number of images that have it; null if unknown. */
  count: number | null;
  /** Whether the term is complete, so that nothing more needs to be typed. */
  whole: boolean;
}

/** Terms of the library for completion; counts are numbers of images. */
export interface SearchVocabulary {
  words: readonly { term: string; count: number }[];
  tags: readonly { tag: string; count: number }[];
  models: readonly string[];
  schedules: readonly string[];
  albums: readonly string[];
}

const MAX_SUGGESTIONS = 8;
const ORDERS = ['newest', 'oldest', 'rating', 'random', 'album'];
const FLAGS = ['favorite', 'approved', 'missing', 'trash'];

/** The last word of the typed text, which suggestions complete, and the text before it. */
export function lastWord(typed: string): { before: string; word: string } {
  const match = /(?:[^\s"]|"[^"]*"?)*$/.exec(typed);
  const word = match?.[0] ?? '';
  return { before: typed.slice(0, typed.length - word.length), word };
}

/** The prefix to complete from the library's words; empty if the last word isn't a plain word. */
export function wordToComplete(typed: string): string {
  const { word } = lastWord(typed);
  const bare = word.replace(/^-/, '');
  return /^[\p{L}\p{N}]+$/u.test(bare) ? bare : '';
}

/** Completions of the last word, the most likely first. */
export function suggestions(typed: string, vocabulary: SearchVocabulary, today: string): Suggestion[] {
  const { word } = lastWord(typed);
  const not = word.startsWith('-') ? '-' : '';
  const bare = word.slice(not.length);
  const colon = bare.indexOf(':');
  if (bare === '') return [];
  const found =
    colon < 0
      ? ofWord(bare, vocabulary)
      : ofField(bare.slice(0, colon).toLowerCase(), bare.slice(colon + 1), vocabulary, today);
  return found
    .filter(({ text }) => text !== bare)
    .slice(0, MAX_SUGGESTIONS)
    .map((one) => ({ ...one, text: not + one.text }));
}

function ofWord(prefix: string, { words, tags }: SearchVocabulary): Suggestion[] {
  const lower = prefix.toLowerCase();
  const fields = Object.keys(FIELDS).filter((field) => field.startsWith(lower) && field !== lower);
  const near = tags.filter(({ tag }) => tag.toLowerCase().startsWith(lower)).slice(0, 3);
  return [
    ...words
      .slice(0, MAX_SUGGESTIONS - Math.min(3, near.length + fields.length))
      .map(({ term, count }) => complete(term, count)),
    ...near.map(({ tag, count }) => complete(fieldToken('tag', tag), count)),
    ...(lower.length > 1 ? fields.map((field) => ({ text: `${field}:`, count: null, whole: false })) : []),
  ];
}

function ofField(field: string, prefix: string, vocabulary: SearchVocabulary, today: string): Suggestion[] {
  const lower = prefix.replace(/^"|"$/g, '').toLowerCase();
  const fitting = (values: readonly string[]) =>
    values
      .filter(
        (value) =>
          value.toLowerCase().startsWith(lower) ||
          value
            .toLowerCase()
            .split(/[\s/]/)
            .some((word) => word.startsWith(lower)),
      )
      .sort((a, b) => Number(b.toLowerCase().startsWith(lower)) - Number(a.toLowerCase().startsWith(lower)))
      .map((value) => complete(fieldToken(field, value)));
  switch (field) {
    case 'tag': {
      const counts = new Map(vocabulary.tags.map(({ tag, count }) => [fieldToken('tag', tag), count]));
      return fitting(vocabulary.tags.map(({ tag }) => tag)).map((one) => ({
        ...one,
        count: counts.get(one.text) ?? null,
      }));
    }
    case 'model':
      return fitting(vocabulary.models);
    case 'album':
      return fitting(vocabulary.albums);
    case 'schedule':
      return fitting(vocabulary.schedules);
    case 'is':
      return fitting(FLAGS);
    case 'sort':
      return fitting(ORDERS);
    case 'rating':
      return fitting(['>3', '5', '0', '1-2']);
    case 'size':
      return fitting(['1:1', '3:2', '2:3', '16:9', '9:16']);
    case 'date':
    case 'before':
    case 'after':
      return fitting([today, today.slice(0, 7), today.slice(0, 4)]);
    default:
      return [];
  }
}

function complete(text: string, count: number | null = null): Suggestion {
  return { text, count, whole: true };
}
