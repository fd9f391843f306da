export interface PollState {
  hidden: boolean;
  openJobs: number;
  /** How many polls in a row got no answer. */
  misses: number;
}

const BUSY_MS = 2_000;
const IDLE_MS = 30_000;

/** How long until the next poll for changes; null while nobody looks. */
export function nextPollMs({ hidden, openJobs, misses }: PollState): number | null {
  if (hidden) return null;
  if (misses > 0) return Math.min(IDLE_MS, BUSY_MS * 2 ** (misses - 1));
  return openJobs > 0 ? BUSY_MS : IDLE_MS;
}
