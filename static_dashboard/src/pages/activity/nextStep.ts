import type { Job } from '../../lib/api/types';

/** What a person can do about a job that did not come to what was asked, besides trying it again. */
export interface Remedy {
  /** Where to go: change the prompt, the schedule or the limits, or look at the parts that run. */
  to: 'prompt' | 'schedule' | 'settings' | 'setup';
  name: string;
}

const BY_CODE: Record<string, Remedy> = {
  content_blocked: { to: 'prompt', name: 'Say it in other words' },
  partly_blocked: { to: 'prompt', name: 'Say it in other words' },
  bad_request: { to: 'prompt', name: 'Change what was asked for' },
  permanent: { to: 'prompt', name: 'Change what was asked for' },
  over_limit: { to: 'settings', name: 'See the limits and what is used' },
  over_own_limit: { to: 'schedule', name: 'Change the schedule’s own limit' },
  quota_exhausted: { to: 'setup', name: 'Check the account that writes the prompts' },
  settings: { to: 'setup', name: 'See what is not set' },
  deadline: { to: 'setup', name: 'Check the painter' },
  busy: { to: 'setup', name: 'Check the painter' },
  unavailable: { to: 'setup', name: 'Check the parts that run' },
  poisoned: { to: 'setup', name: 'Check the parts that run' },
  missed: { to: 'schedule', name: 'Change what happens to missed runs' },
  overlap: { to: 'schedule', name: 'Change what happens to runs that overlap' },
};

/** The remedy for a job that ended; undefined where trying again, or nothing, is all that there is. */
export function remedy(job: Pick<Job, 'status' | 'reason' | 'schedule_id' | 'kind'>): Remedy | undefined {
  if (job.reason === null || job.kind !== 'generation') return undefined;
  const found = BY_CODE[job.reason.code];
  // What a schedule asks for is changed there.
  if (found?.to === 'prompt' && job.schedule_id !== null) return { ...found, to: 'schedule' };
  return found;
}
