/** How long an image can be shown. */
export const SECONDS = [3, 5, 10, 20, 30, 60, 300] as const;

export type Seconds = (typeof SECONDS)[number];

const USUAL: Seconds = 10;

/** The stored number of seconds; 10 if nothing or another number is stored. */
export function secondsFrom(stored: string | null): Seconds {
  return SECONDS.find((one) => String(one) === stored) ?? USUAL;
}
