import type { Job, JobStatus, LibraryImage } from '../api/types';
import { m } from '../messages';
import { relativeFuture, duration } from './time';

const ENDED: readonly JobStatus[] = ['succeeded', 'failed', 'blocked', 'cancelled', 'skipped'];

export function isOpen(job: Job): boolean {
  return !ENDED.includes(job.status);
}

/** Whether the job is running, not waiting. */
export function isRunning(job: Job): boolean {
  return isOpen(job) && job.status !== 'queued' && (job.progress.position ?? 0) === 0;
}

/** Whether the user must act. */
export function needsPerson(job: Job): boolean {
  return job.status === 'failed' || job.status === 'blocked';
}

export function canRetry(job: Job): boolean {
  return job.kind === 'generation' && (needsPerson(job) || job.status === 'cancelled');
}

const STATES: Record<JobStatus, string> = {
  queued: m.text_queued(),
  writing: m.text_writing_prompt(),
  painting: m.text_generating(),
  storing: m.text_saving(),
  running: m.text_running(),
  succeeded: m.text_done(),
  failed: m.text_failed(),
  blocked: m.text_blocked(),
  cancelled: m.text_canceled(),
  skipped: m.text_skipped(),
};

export function state(job: Job): string {
  return job.cancel_requested && isOpen(job) ? m.text_canceling() : STATES[job.status];
}

/** The job's state as a short text: "Generating 2 of 4", "Queued, 3 jobs ahead". */
export function stage(job: Job, now: Date): string {
  const name = state(job);
  const count = job.pictures.length;
  if (job.cancel_requested) return name;
  if (job.interrupted) return m.text_interrupted_resuming();
  if (job.status === 'queued') {
    if (job.progress.note !== '') return sentence(job.progress.note);
    if (Date.parse(job.not_before) - now.getTime() > 60_000)
      return m.text_next_attempt({ when: relativeFuture(job.not_before, now) });
    const before = job.position ?? 0;
    return before > 0 ? m.text_queued_jobs_ahead({ count: before }) : name;
  }
  if (job.status === 'painting') {
    if (job.progress.note !== '' && job.progress.step === 0) return sentence(job.progress.note);
    const before = job.progress.position ?? 0;
    if (before > 0) return m.text_queued_jobs_ahead({ count: before });
    return count > 1 ? m.text_generating_position({ position: Math.max(1, job.progress.picture), total: count }) : name;
  }
  return name;
}

/**
 * "12 s left", or an empty text if unknown.
 *
 * The inference service's own estimate is used if there is one, otherwise the usual time of an image.
 */
export function timeLeft(job: Job, usualS: number | null = null): string {
  if (!isOpen(job) || job.cancel_requested || job.interrupted || job.kind !== 'generation') return '';
  const seconds = job.progress.seconds_left;
  if (seconds !== null) return m.text_duration_left({ duration: duration(seconds) });
  const waits = job.status === 'queued' && (job.failures > 0 || job.reason !== null || job.progress.note !== '');
  if (usualS === null || waits) return '';
  const own = job.pictures.filter(({ state }) => state === 'pending').length || (job.request?.options.count ?? 1);
  return m.text_about_left({ duration: duration(Math.max(1, (own + (job.position ?? 0)) * usualS)) });
}

/** Usual seconds per image: the median of the latest images; null without images. */
export function medianSeconds(images: readonly LibraryImage[]): number | null {
  const times = images
    .slice(0, 9)
    .map(({ timings }) => timings.painting_ms / 1000)
    .filter((seconds) => seconds > 0)
    .sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? null;
}

/** The order of jobs: running jobs, then the queue. */
export function byQueueOrder(a: Job, b: Job): number {
  const turn = (job: Job) => (job.status === 'queued' ? 1_000 + (job.position ?? 0) : (job.progress.position ?? 0));
  return turn(a) - turn(b) || (a.created_at < b.created_at ? -1 : 1);
}

/** The job's name: the title of its prompt, once it is generated. */
export function jobTitle(job: Job): string {
  return job.prompt?.title || jobSubject(job);
}

/** The job's subject: its theme, or the action of a library job. */
export function jobSubject(job: Job): string {
  if (job.request !== null) return job.request.theme;
  if (job.kind === 'rewrite-days') return m.text_regrouping_images_by_day();
  if (job.kind === 'publish') return m.text_updating_published_images();
  if (job.kind === 'webhook') return m.text_sending_a_webhook_event();
  if (job.kind === 'undo') return m.text_undoing_a_bulk_change();
  const query = String(job.work['q'] ?? '');
  const images = { of: query === '' || query === 'is:trash' ? 'selection' : 'query', query };
  if (job.kind === 'export') return m.text_exporting(images);
  const change = job.work['change'] as { action?: string } | undefined;
  return (BULK[change?.action ?? ''] ?? m.text_bulk_other)(images);
}

const BULK: Record<string, (images: { of: string; query: string }) => string> = {
  purge: m.text_bulk_purge,
  restore: m.text_bulk_restore,
  trash: m.text_bulk_trash,
  tag: m.text_bulk_tag,
  untag: m.text_bulk_untag,
  approve: m.text_bulk_approve,
  unapprove: m.text_bulk_unapprove,
  favourite: m.text_bulk_favorite,
  unfavourite: m.text_bulk_unfavorite,
  rate: m.text_bulk_rate,
  regenerate: m.text_bulk_regenerate,
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
