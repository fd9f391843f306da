import { tokens } from './tokens';

/** A search as text, with the names of schedules instead of their IDs. */
export function searchName(q: string, scheduleName: (id: string) => string | undefined): string {
  return tokens(q)
    .map(({ text, field, value }) => (field === 'schedule' ? (scheduleName(value) ?? value) : text))
    .join(' ');
}
