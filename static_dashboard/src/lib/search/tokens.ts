import { PIECE } from '../text/query';

/** A part of a query, split only for display and editing; the API decides what it means. */
export interface Token {
  /** The text as typed, with quotes. */
  text: string;
  kind: 'word' | 'field';
  not: boolean;
  /** `tag` in `tag:night`. */
  field: string;
  value: string;
}

export const FIELDS: Record<string, string> = {
  tag: 'tag:night',
  album: 'album:Favorites',
  model: 'model:sdxl',
  seed: 'seed:123',
  steps: 'steps:20-30',
  size: 'size:16:9',
  rating: 'rating:>3',
  schedule: 'schedule:daily',
  job: 'job:01J…',
  date: 'date:2026-11',
  before: 'before:2026-11',
  after: 'after:2026-11-24',
  is: 'is:favorite',
  sort: 'sort:rating',
};

/** The tokens of a query; spaces inside double quotes don't separate tokens, and alternatives are one token. */
export function tokens(q: string): Token[] {
  const pieces: string[] = q.match(PIECE) ?? [];
  // A query with OR can't be split at its spaces, since its parts belong together.
  if (pieces.includes('OR')) return [read(pieces.join(' '))];
  return grouped(pieces).map(read);
}

/** Pieces in parentheses as one piece, and NOT and AND with the piece after them. */
function grouped(pieces: readonly string[]): string[] {
  const found: string[] = [];
  let open = 0;
  let waiting = '';
  for (const piece of pieces) {
    waiting = waiting === '' ? piece : `${waiting} ${piece}`;
    if (!piece.includes('"')) open += count(piece, '(') - count(piece, ')');
    if (open > 0 || piece === 'NOT' || piece === 'AND') continue;
    found.push(waiting);
    [waiting, open] = ['', 0];
  }
  return waiting === '' ? found : [...found, waiting];
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function read(text: string): Token {
  const not = text.length > 1 && text.startsWith('-');
  const bare = not ? text.slice(1) : text;
  const match = /^([a-z]+):(.+)$/i.exec(bare);
  const field = match?.[1]?.toLowerCase() ?? '';
  if (match === null || !(field in FIELDS)) return { text, kind: 'word', not, field: '', value: unquoted(bare) };
  return { text, kind: 'field', not, field, value: unquoted(match[2] ?? '') };
}

/** The query of chips and typed text. */
export function joined(chips: readonly string[], typed = ''): string {
  return [...chips, typed.trim()].filter((part) => part !== '').join(' ');
}

/** A field with its value, in quotes if it has spaces: `tag:"neon city"`. */
export function fieldToken(field: string, value: string): string {
  return `${field}:${/\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;
}

/** Whether the typed text is incomplete, such as `tag:`, an open quote or parenthesis, or an operator at its end. */
export function unfinished(typed: string): boolean {
  const text = typed.trim();
  return (
    /(^|\s)-$/.test(text) ||
    /[a-z]:$/i.test(text) ||
    /(^|\s)(NOT|AND|OR)$/.test(text) ||
    count(text, '"') % 2 === 1 ||
    count(text.replace(/"[^"]*"/g, ''), '(') > count(text.replace(/"[^"]*"/g, ''), ')')
  );
}

/** The typed text without its last words, as long as it is incomplete. */
export function finished(typed: string): string {
  let text = typed;
  while (unfinished(text)) text = text.trimEnd().replace(/\S+$/, '');
  return text;
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '');
}
