import { m } from '../messages';
import { LANGUAGE } from './language';

const whole = new Intl.NumberFormat(LANGUAGE);

/** 12,345. */
export function number(value: number): string {
  return whole.format(value);
}

const COUNTED = {
  picture: m.text_images,
  day: m.text_days,
  run: m.text_runs,
  month: ({ count }: { count: number }) => `${number(count)} month${count === 1 ? '' : 's'}`,
  'planned run': ({ count }: { count: number }) => `${number(count)} planned run${count === 1 ? '' : 's'}`,
  'other job': ({ count }: { count: number }) => `${number(count)} other job${count === 1 ? '' : 's'}`,
  failure: ({ count }: { count: number }) => `${number(count)} failure${count === 1 ? '' : 's'}`,
};

/** "1 image", "12 images". */
export function counted(count: number, one: keyof typeof COUNTED): string {
  return COUNTED[one]({ count });
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
