import { LANGUAGE } from './language';

const whole = new Intl.NumberFormat(LANGUAGE);

/** 12,345. */
export function number(value: number): string {
  return whole.format(value);
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
