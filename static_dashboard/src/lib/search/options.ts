import type { SavedSearch } from '../api/types';
import type { Suggestion } from './suggest';
import { FIELDS } from './tokens';

/** One option below the search bar. */
export type Option =
  | { kind: 'word'; text: string; count: number | null; whole: boolean }
  | { kind: 'saved'; text: string; name: string; count: null }
  | { kind: 'field'; text: string; field: string; count: null };

/** The options below the search bar: completions of the typed text, or saved searches and filters if there is none. */
export function optionsFor(
  typed: string,
  completions: readonly Suggestion[],
  saved: readonly SavedSearch[],
  { isEmpty }: { isEmpty: boolean },
): Option[] {
  if (typed !== '') return completions.map((one) => ({ kind: 'word', ...one }));
  if (!isEmpty) return [];
  return [
    ...saved.map(({ name, q }): Option => ({ kind: 'saved', text: q, name, count: null })),
    ...Object.entries(FIELDS).map(([field, text]): Option => ({ kind: 'field', text, field, count: null })),
  ];
}
