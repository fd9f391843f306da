import type { Job, JobStatus, Picture } from '../api/types';
import { ahead, lasting } from './time';

const ENDED: readonly JobStatus[] = ['succeeded', 'failed', 'blocked', 'cancelled', 'skipped'];

export function isOpen(job: Job): boolean {
  return !ENDED.includes(job.status);
}

/** Whether something is being done for it right now, rather than waited for. */
export function atWork(job: Job): boolean {
  return isOpen(job) && job.status !== 'queued' && (job.progress.position ?? 0) === 0;
}

/** Whether a person has to do something about it. */
export function needsPerson(job: Job): boolean {
  return job.status === 'failed' || job.status === 'blocked';
}

export function canRetry(job: Job): boolean {
  return job.kind === 'generation' && (needsPerson(job) || job.status === 'cancelled');
}

const STATES: Record<JobStatus, string> = {
  queued: 'Waiting',
  writing: 'Writing the prompt',
  painting: 'Painting',
  storing: 'Keeping',
  running: 'Working',
  succeeded: 'Done',
  failed: 'Failed',
  blocked: 'Blocked',
  cancelled: 'Cancelled',
  skipped: 'Skipped',
};

export function state(job: Job): string {
  return job.cancel_requested && isOpen(job) ? 'Stopping' : STATES[job.status];
}

/** What a job is doing, in a few words: "Painting 2 of 4", "Waiting, 3 before it". */
export function stage(job: Job, now: Date): string {
  const name = state(job);
  const count = job.pictures.length;
  if (job.cancel_requested) return name;
  if (job.status === 'queued') {
    if (job.progress.note !== '') return sentence(job.progress.note);
    if (Date.parse(job.not_before) - now.getTime() > 60_000) return `Tries again ${ahead(job.not_before, now)}`;
    const before = job.position ?? 0;
    return before > 0 ? `${name}, ${before} before it` : name;
  }
  if (job.status === 'painting') {
    if (job.progress.note !== '' && job.progress.step === 0) return sentence(job.progress.note);
    const before = job.progress.position ?? 0;
    if (before > 0) return `${STATES.queued}, ${before} before it`;
    return count > 1 ? `${name} ${Math.max(1, job.progress.picture)} of ${count}` : name;
  }
  return name;
}

/**
 * "12 s left", or nothing while nobody knows.
 *
 * The painter knows best.  Until it has said something, what one picture usually takes tells about how long.
 */
export function left(job: Job, usualS: number | null = null): string {
  if (!isOpen(job) || job.cancel_requested || job.kind !== 'generation') return '';
  const seconds = job.progress.seconds_left;
  if (seconds !== null) return `${lasting(seconds)} left`;
  const waits = job.status === 'queued' && (job.failures > 0 || job.progress.note !== '');
  if (usualS === null || waits) return '';
  const own = job.pictures.filter(({ state }) => state === 'pending').length || (job.request?.options.count ?? 1);
  return `about ${lasting(Math.max(1, (own + (job.position ?? 0)) * usualS))} left`;
}

/** Seconds that a picture usually takes: the median of the latest; null while there are none. */
export function usual(pictures: readonly Picture[]): number | null {
  const times = pictures
    .slice(0, 9)
    .map(({ timings }) => timings.painting_ms / 1000)
    .filter((seconds) => seconds > 0)
    .sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? null;
}

/** Jobs as a person wants to see them: what is being painted, then what comes next. */
export function byTurn(a: Job, b: Job): number {
  const turn = (job: Job) => (job.status === 'queued' ? 1_000 + (job.position ?? 0) : (job.progress.position ?? 0));
  return turn(a) - turn(b) || (a.created_at < b.created_at ? -1 : 1);
}

/** What a job is called: by the title of what it paints, once that is written. */
export function called(job: Job): string {
  return job.prompt?.title || about(job);
}

/** What a job is about: its theme, or what a library job does. */
export function about(job: Job): string {
  if (job.request !== null) return job.request.theme;
  if (job.kind === 'rewrite-days') return 'Sorting pictures into the days of another timezone';
  if (job.kind === 'publish') return 'Bringing what is published up to date';
  if (job.kind === 'webhook') return 'Calling a webhook';
  if (job.kind === 'undo') return 'Taking back a change to many pictures';
  const q = String(job.work['q'] ?? '');
  if (job.kind === 'export') return `Packing pictures${match(q)} into a zip`;
  const change = job.work['change'] as { action?: string } | undefined;
  return BULK[change?.action ?? '']?.(q) ?? `Changing pictures${match(q)}`;
}

const match = (q: string) => (q === '' || q === 'is:trash' ? '' : ` that match “${q}”`);

const BULK: Record<string, (q: string) => string> = {
  purge: (q) => `Deleting pictures${match(q)} for good`,
  restore: (q) => `Restoring pictures${match(q)}`,
  trash: (q) => `Moving pictures${match(q)} to the trash`,
  tag: (q) => `Tagging pictures${match(q)}`,
  untag: (q) => `Removing tags from pictures${match(q)}`,
  approve: (q) => `Approving pictures${match(q)}`,
  unapprove: (q) => `Taking approval from pictures${match(q)}`,
  favourite: (q) => `Marking pictures${match(q)} as favourites`,
  unfavourite: (q) => `Unmarking pictures${match(q)}`,
  rate: (q) => `Rating pictures${match(q)}`,
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
