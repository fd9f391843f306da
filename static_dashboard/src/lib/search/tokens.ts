/** A search, cut up only to be drawn and edited; what it means is the server's business. */
export interface Token {
  /** As it was typed, quotes included. */
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
  is: 'is:favourite',
};

/** The tokens of a query; spaces inside double quotes don't part them. */
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

/** A query of chips and of what is being typed. */
export function joined(chips: readonly string[], typed = ''): string {
  return [...chips, typed.trim()].filter((part) => part !== '').join(' ');
}

/** A field with its value, quoted where it needs to be: `tag:"neon city"`. */
export function fieldToken(field: string, value: string): string {
  return `${field}:${/\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;
}

/** Whether what is typed could still grow into another meaning, such as `tag:` or an open quote. */
export function unfinished(typed: string): boolean {
  const text = typed.trim();
  return /(^|\s)-$/.test(text) || /[a-z]:$/i.test(text) || (text.match(/"/g)?.length ?? 0) % 2 === 1;
}

function unquoted(text: string): string {
  return text.replace(/^"|"$/g, '');
}
