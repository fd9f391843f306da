import type { SavedSearch } from '../api/types';
import type { Suggestion } from './suggest';
import { FIELDS } from './tokens';

/** One line below the search bar. */
export type Option =
  | { kind: 'word'; text: string; count: number | null; whole: boolean }
  | { kind: 'saved'; text: string; name: string; count: null }
  | { kind: 'field'; text: string; field: string; count: null };

/** What is offered: completions of what is typed; where nothing is, kept searches and the fields there are. */
export function offered(
  typed: string,
  completions: readonly Suggestion[],
  saved: readonly SavedSearch[],
  { bare }: { bare: boolean },
): Option[] {
  if (typed !== '') return completions.map((one) => ({ kind: 'word', ...one }));
  if (!bare) return [];
  return [
    ...saved.map(({ name, q }): Option => ({ kind: 'saved', text: q, name, count: null })),
    ...Object.entries(FIELDS).map(([field, text]): Option => ({ kind: 'field', text, field, count: null })),
  ];
}
