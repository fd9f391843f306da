import { LANGUAGE } from './language';

const whole = new Intl.NumberFormat(LANGUAGE);
const plural = new Intl.PluralRules(LANGUAGE);

/** 12,345. */
export function number(value: number): string {
  return whole.format(value);
}

/** What is counted most, as whole phrases, since languages put number and noun together in their own ways. */
const COUNTED: Record<string, { one: string; other: string }> = {
  picture: { one: '{0} picture', other: '{0} pictures' },
  day: { one: '{0} day', other: '{0} days' },
  month: { one: '{0} month', other: '{0} months' },
  run: { one: '{0} run', other: '{0} runs' },
  'planned run': { one: '{0} planned run', other: '{0} planned runs' },
  'other job': { one: '{0} other job', other: '{0} other jobs' },
  failure: { one: '{0} failure', other: '{0} failures' },
};

/** "1 picture", "12 pictures". */
export function counted(count: number, one: string, many = `${one}s`): string {
  const phrases = COUNTED[one] ?? { one: `{0} ${one}`, other: `{0} ${many}` };
  return phrases[plural.select(count) === 'one' ? 'one' : 'other'].replace('{0}', number(count));
}

/** A list's total as the service words it: a number gets its separators, "1,000+" stays. */
export function total(text: string): string {
  return /^\d+$/.test(text) ? number(Number(text)) : text;
}

/** 1.2 MB. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${Math.round(count / 1_000)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

/** US dollars, with as many digits as a small sum needs. */
export function dollars(sum: number): string {
  if (sum === 0) return '$0';
  if (sum < 0.01) return `$${sum.toFixed(4)}`;
  return `$${sum.toFixed(2)}`;
}

/** Words as a sentence lists them: "a", "a or b", "a, b or c". */
export function listed(words: readonly string[], joiner = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joiner} ${words.at(-1) ?? ''}`;
}
