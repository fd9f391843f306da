import type { SavedSearch } from '../api/types';
import type { ComboboxOption } from '../components/comboboxOptions';
import { m } from '../messages';
import type { Suggestion } from './suggest';
import { FIELDS } from './tokens';

/** One option below the search bar. */
export type Option = ComboboxOption &
  (
    | { kind: 'word'; text: string; count: number | null; whole: boolean }
    | { kind: 'saved'; text: string; name: string }
    | { kind: 'field'; text: string; field: string }
  );

/** The options below the search bar: completions of the typed text, or saved searches and filters if there is none. */
export function optionsFor(
  typed: string,
  completions: readonly Suggestion[],
  saved: readonly SavedSearch[],
  { isEmpty }: { isEmpty: boolean },
): Option[] {
  if (typed !== '')
    return completions.map((one) => ({ kind: 'word', value: `word ${one.text}`, label: one.text, ...one }));
  if (!isEmpty) return [];
  return [
    ...saved.map(({ name, q }): Option => {
      const group = m.search_saved_searches();
      return { kind: 'saved', value: `saved ${name}`, label: name, group, text: q, name };
    }),
    ...Object.entries(FIELDS).map(([field, text]): Option => {
      return { kind: 'field', value: `field ${field}`, label: text, group: m.search_filters(), text, field };
    }),
  ];
}
