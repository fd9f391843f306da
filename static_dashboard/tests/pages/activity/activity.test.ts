import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/lib/api/types';
import { nextStep } from '../../../src/pages/activity/nextStep';
import { filterOf, visibleJobs } from '../../../src/pages/activity/filters';
import { stages, stageTimings } from '../../../src/pages/activity/stages';

const job = (own: object): Job =>
  ({
    id: 'a',
    kind: 'generation',
    status: 'painting',
    schedule_id: null,
    prompt: { prompt: 'a fox' },
    reason: null,
    created_at: '2026-11-24T09:00:00Z',
    position: null,
    progress: { position: null },
    timings: { waiting_ms: 0, writing_ms: 0, painting_ms: 0, storing_ms: 0 },
    cost_usd: 0,
    failures: 0,
    ...own,
  }) as unknown as Job;

describe('the stages of a job', () => {
  const said = (own: object) => stages(job(own)).map(({ name, state }) => `${name} ${state}`);

  it('follow each other', () => {
    expect(said({ status: 'queued', prompt: null })).toEqual([
      'Queued now',
      'Prompt pending',
      'Generating pending',
      'Saving pending',
    ]);
    expect(said({ status: 'writing', prompt: null })).toEqual([
      'Queued done',
      'Prompt now',
      'Generating pending',
      'Saving pending',
    ]);
    expect(said({ status: 'storing' })).toEqual(['Queued done', 'Prompt done', 'Generating done', 'Saving now']);
  });

  it('keep a written prompt as done when the job goes back into the queue', () => {
    expect(said({ status: 'queued' })).toEqual(['Queued now', 'Prompt done', 'Generating pending', 'Saving pending']);
  });
});

describe('the stage timings of a job', () => {
  it('leave out what is zero', () => {
    expect(
      stageTimings(
        job({ timings: { waiting_ms: 42_000, writing_ms: 400, painting_ms: 9_300, storing_ms: 0 }, cost_usd: 0.02 }),
      ),
    ).toEqual([
      ['Queued', '42 s'],
      ['Writing prompt', '400 ms'],
      ['Generating', '9 s'],
      ['Cost', '$0.02'],
    ]);
    expect(stageTimings(job({ failures: 2 }))).toEqual([['Failed attempts', '2']]);
  });
});

describe('the next step', () => {
  const reason = (code: string) => ({ reason: { code, message: '' } });

  it('depends on why it ended', () => {
    expect(nextStep(job(reason('content_blocked')))?.to).toBe('prompt');
    expect(nextStep(job(reason('over_limit')))?.to).toBe('settings');
    expect(nextStep(job(reason('deadline')))?.to).toBe('setup');
    expect(nextStep(job(reason('prompt_rejected')))).toEqual({ to: 'prompt', name: 'Shorten the prompt' });
    expect(nextStep(job(reason('unexpected')))?.to).toBe('logs');
    expect(nextStep(job(reason('interrupted')))?.to).toBe('logs');
    expect(nextStep(job(reason('rate_limited')))?.to).toBe('setup');
    expect(nextStep(job({ ...reason('missed'), schedule_id: 's' }))?.to).toBe('schedule');
  });

  it('leads to the schedule for a scheduled run', () => {
    expect(nextStep(job({ ...reason('content_blocked'), schedule_id: 's' }))).toEqual({
      to: 'schedule',
      name: 'Edit the prompt',
    });
  });

  it('is undefined where nothing is wrong', () => {
    expect(nextStep(job({}))).toBeUndefined();
    expect(nextStep(job(reason('cancelled')))).toBeUndefined();
    expect(nextStep(job({ ...reason('over_limit'), kind: 'bulk' }))).toBeUndefined();
  });
});

describe('the list of jobs', () => {
  const waiting = (id: string, position: number, more = {}) =>
    job({ id, status: 'queued', position, created_at: `2026-11-24T09:0${position}:00Z`, ...more });

  it('shows jobs in progress in the order of the queue', () => {
    const listed = [waiting('c', 2), waiting('b', 1), job({ id: 'a' })];

    expect(visibleJobs(listed, [], filterOf('open')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(visibleJobs(listed, [], filterOf('all')).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('shows one schedule only, also of live jobs', () => {
    const listed = [waiting('b', 1, { schedule_id: 's' })];
    const live = [waiting('c', 2), waiting('d', 3, { schedule_id: 's' })];

    expect(visibleJobs(listed, live, filterOf('all'), 's').map(({ id }) => id)).toEqual(['d', 'b']);
  });
});
