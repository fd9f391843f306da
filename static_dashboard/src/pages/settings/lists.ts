import type { LibrarySettings } from '../../lib/api/types';

type NamedLists = LibrarySettings['lists'];

/** A list as a form holds it, with one entry per line. */
export interface ListRow {
  name: string;
  entries: string;
}

export function rowsOf(lists: NamedLists): ListRow[] {
  return Object.entries(lists).map(([name, entries]) => ({ name, entries: entries.join('\n') }));
}

/** The lists of all rows except empty ones, with names as a theme contains them: without underscores around them. */
export function listsOf(rows: readonly ListRow[]): NamedLists {
  const written = rows.map(({ name, entries }) => ({
    name: name.trim().replace(/^_+|_+$/g, ''),
    entries: entries
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  }));
  return Object.fromEntries(
    written
      .filter(({ name, entries }) => name !== '' || entries.length > 0)
      .map(({ name, entries }) => [name, entries]),
  );
}

/** The first name that two rows have, or null. */
export function repeatedName(rows: readonly ListRow[]): string | null {
  const names = rows.map((row) => Object.keys(listsOf([row]))[0] ?? '').filter((name) => name !== '');
  return names.find((name, index) => names.indexOf(name) !== index) ?? null;
}
