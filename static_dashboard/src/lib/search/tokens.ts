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
  model: 'model:sdxl',
  seed: 'seed:123',
  steps: 'steps:20-30',
  size: 'size:256x256',
  rating: 'rating:>3',
  schedule: 'schedule:daily',
  job: 'job:01J…',
  date: 'date:2026-11',
  is: 'is:favorite',
};

/** The tokens of a query; spaces inside double quotes don't separate tokens. */
export function tokens(q: string): Token[] {
  const pieces = q.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
  return pieces.map(read);
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

/** Whether the typed text is incomplete, such as `tag:` or an open quote. */
export function unfinished(typed: string): boolean {
  const text = typed.trim();
  return /(^|\s)-$/.test(text) || /[a-z]:$/i.test(text) || (text.match(/"/g)?.length ?? 0) % 2 === 1;
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '');
}
