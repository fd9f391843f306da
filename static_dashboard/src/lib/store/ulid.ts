/** What an image's id says by itself: ULIDs begin with the milliseconds of their making, in base32. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;

/** The smallest id of a millisecond: every image of an earlier one has a smaller id. */
export function idAt(ms: number): string {
  let digits = '';
  for (let rest = Math.max(0, Math.floor(ms)); digits.length < TIME_DIGITS; rest = Math.floor(rest / 32)) {
    digits = (DIGITS[rest % 32] as string) + digits;
  }
  return digits.padEnd(26, '0');
}

/** The millisecond in which an id was made; NaN for what is no id. */
export function timeOf(id: string): number {
  let ms = 0;
  for (const digit of id.slice(0, TIME_DIGITS)) {
    const value = DIGITS.indexOf(digit);
    ms = value < 0 ? NaN : ms * 32 + value;
  }
  return ms;
}
