import type { Job } from '../../lib/api/types';
import { m } from '../../lib/messages';

/** What the user can do about a job that didn't succeed, besides a retry. */
export interface NextStep {
  /** The page to go to: the prompt, the schedule, the limits, the components or the logs. */
  to: 'prompt' | 'schedule' | 'settings' | 'setup' | 'logs';
  name: string;
}

const BY_CODE: Record<string, NextStep> = {
  content_blocked: { to: 'prompt', name: m.activity_edit_the_prompt() },
  partly_blocked: { to: 'prompt', name: m.activity_edit_the_prompt() },
  bad_request: { to: 'prompt', name: m.activity_edit_the_request() },
  permanent: { to: 'prompt', name: m.activity_edit_the_request() },
  prompt_rejected: { to: 'prompt', name: m.activity_shorten_the_prompt() },
  unexpected: { to: 'logs', name: m.activity_view_logs() },
  interrupted: { to: 'logs', name: m.activity_view_logs() },
  over_limit: { to: 'settings', name: m.activity_view_limits_and_usage() },
  over_own_limit: { to: 'schedule', name: m.activity_edit_schedule_limits() },
  quota_exhausted: { to: 'setup', name: m.activity_check_prompt_service() },
  settings: { to: 'setup', name: m.activity_view_missing_settings() },
  deadline: { to: 'setup', name: m.activity_check_inference_service() },
  rate_limited: { to: 'setup', name: m.activity_check_components() },
  busy: { to: 'setup', name: m.activity_check_inference_service() },
  unavailable: { to: 'setup', name: m.activity_check_components() },
  poisoned: { to: 'setup', name: m.activity_check_components() },
  missed: { to: 'schedule', name: m.activity_edit_missed_runs() },
  not_new: { to: 'schedule', name: m.activity_edit_theme_or_instructions() },
  overlap: { to: 'schedule', name: m.activity_edit_overlapping_runs() },
};

/** The next step for a job that ended; undefined where only a retry, or nothing, is possible. */
export function nextStep(job: Pick<Job, 'status' | 'reason' | 'schedule_id' | 'kind'>): NextStep | undefined {
  if (job.reason === null || job.kind !== 'generation') return undefined;
  const found = BY_CODE[job.reason.code];
  // The prompt of a scheduled run is edited in the schedule.
  if (found?.to === 'prompt' && job.schedule_id !== null) return { ...found, to: 'schedule' };
  return found;
}
