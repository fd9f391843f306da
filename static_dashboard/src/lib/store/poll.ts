export interface PollState {
  hidden: boolean;
  openJobs: number;
  /** The number of polls in a row that failed. */
  failures: number;
}

const BUSY_MS = 2_000;
const IDLE_MS = 30_000;

/** Milliseconds until the next poll for changes; null while the page is hidden. */
export function nextPollMs({ hidden, openJobs, failures }: PollState): number | null {
  if (hidden) return null;
  if (failures > 0) return Math.min(IDLE_MS, BUSY_MS * 2 ** (failures - 1));
  return openJobs > 0 ? BUSY_MS : IDLE_MS;
}
