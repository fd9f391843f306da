import { FIELDS, fieldToken } from './tokens';

/** Something that the word being typed could become. */
export interface Suggestion {
  /** What takes the place of that word. */
  text: string;
  /** How many pictures have it, where that is known. */
  count: number | null;
  /** Nothing more needs to be typed behind it. */
  whole: boolean;
}

/** What the library knows; counts are of pictures. */
export interface Known {
  words: readonly { term: string; count: number }[];
  tags: readonly { tag: string; count: number }[];
  models: readonly string[];
  schedules: readonly string[];
}

const MOST = 8;
const MARKS = ['favourite', 'approved', 'trash'];

/** The word at the line's end, on which suggestions work, and what stands before it. */
export function lastWord(typed: string): { before: string; word: string } {
  const match = /(?:[^\s"]|"[^"]*"?)*$/.exec(typed);
  const word = match?.[0] ?? '';
  return { before: typed.slice(0, typed.length - word.length), word };
}

/** The plain word whose beginning is to be completed from the library's words; empty where none is. */
export function wordToComplete(typed: string): string {
  const { word } = lastWord(typed);
  const bare = word.replace(/^-/, '');
  return /^[\p{L}\p{N}]+$/u.test(bare) ? bare : '';
}

/** What the word being typed could become, the likeliest first. */
export function suggestions(typed: string, known: Known, today: string): Suggestion[] {
  const { word } = lastWord(typed);
  const not = word.startsWith('-') ? '-' : '';
  const bare = word.slice(not.length);
  const colon = bare.indexOf(':');
  if (bare === '') return [];
  const found =
    colon < 0 ? ofWord(bare, known) : ofField(bare.slice(0, colon).toLowerCase(), bare.slice(colon + 1), known, today);
  return found
    .filter(({ text }) => text !== bare)
    .slice(0, MOST)
    .map((one) => ({ ...one, text: not + one.text }));
}

function ofWord(begun: string, { words, tags }: Known): Suggestion[] {
  const low = begun.toLowerCase();
  const fields = Object.keys(FIELDS).filter((field) => field.startsWith(low) && field !== low);
  const near = tags.filter(({ tag }) => tag.toLowerCase().startsWith(low)).slice(0, 3);
  return [
    ...words.slice(0, MOST - Math.min(3, near.length + fields.length)).map(({ term, count }) => whole(term, count)),
    ...near.map(({ tag, count }) => whole(fieldToken('tag', tag), count)),
    ...(low.length > 1 ? fields.map((field) => ({ text: `${field}:`, count: null, whole: false })) : []),
  ];
}

function ofField(field: string, begun: string, known: Known, today: string): Suggestion[] {
  const low = begun.replace(/^"|"$/g, '').toLowerCase();
  const fitting = (values: readonly string[]) =>
    values
      .filter(
        (value) =>
          value.toLowerCase().startsWith(low) ||
          value
            .toLowerCase()
            .split(/[\s/]/)
            .some((word) => word.startsWith(low)),
      )
      .sort((a, b) => Number(b.toLowerCase().startsWith(low)) - Number(a.toLowerCase().startsWith(low)))
      .map((value) => whole(fieldToken(field, value)));
  switch (field) {
    case 'tag': {
      const counts = new Map(known.tags.map(({ tag, count }) => [fieldToken('tag', tag), count]));
      return fitting(known.tags.map(({ tag }) => tag)).map((one) => ({ ...one, count: counts.get(one.text) ?? null }));
    }
    case 'model':
      return fitting(known.models);
    case 'schedule':
      return fitting(known.schedules);
    case 'is':
      return fitting(MARKS);
    case 'rating':
      return fitting(['>3', '5', '0', '1-2']);
    case 'date':
      return fitting([today, today.slice(0, 7), today.slice(0, 4)]);
    default:
      return [];
  }
}

function whole(text: string, count: number | null = null): Suggestion {
  return { text, count, whole: true };
}
