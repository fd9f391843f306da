import { LANGUAGE } from './language';

const whole = new Intl.NumberFormat(LANGUAGE);

/** 12,345. */
export function number(value: number): string {
  return whole.format(value);
}

/** A list's total as text: separators are added to a number, "1,000+" is unchanged. */
export function total(text: string): string {
  return /^\d+$/.test(text) ? number(Number(text)) : text;
}

/** A list's total as values of a message: "1,000+" isn't exact and has no plural form. */
export interface Count {
  exact: boolean;
  n: number;
  count: string;
}

/** The values of a message for a list's total. */
export function counted(text: string): Count {
  const exact = /^\d+$/.test(text);
  return { exact, n: exact ? Number(text) : 0, count: total(text) };
}

/** 1.2 MB. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < 1_000_000) return `${Math.round(count / 1_000)} kB`;
  return `${(count / 1_000_000).toFixed(1)} MB`;
}

/** US dollars, with four decimals for amounts below one cent. */
export function dollars(sum: number): string {
  if (sum === 0) return '$0';
  if (sum < 0.01) return `$${sum.toFixed(4)}`;
  return `$${sum.toFixed(2)}`;
}
