/** IDs are ULIDs, which begin with their creation time in milliseconds, in base32. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;

/** The smallest ID of a millisecond. */
export function idAt(ms: number): string {
  let digits = '';
  for (let rest = Math.max(0, Math.floor(ms)); digits.length < TIME_DIGITS; rest = Math.floor(rest / 32)) {
    digits = (DIGITS[rest % 32] as string) + digits;
  }
  return digits.padEnd(26, '0');
}

/** The creation time of an ID in milliseconds; NaN if it isn't an ID. */
export function timeOf(id: string): number {
  let ms = 0;
  for (const digit of id.slice(0, TIME_DIGITS)) {
    const value = DIGITS.indexOf(digit);
    ms = value < 0 ? NaN : ms * 32 + value;
  }
  return ms;
}
