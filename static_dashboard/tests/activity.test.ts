import { describe, expect, it } from 'vitest';
import type { Job } from '../src/lib/api/types';
import { remedy } from '../src/pages/activity/nextStep';
import { filterOf, shown } from '../src/pages/activity/filters';
import { stages, story } from '../src/pages/activity/stages';

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
      'Waiting now',
      'Prompt to come',
      'Painting to come',
      'Keeping to come',
    ]);
    expect(said({ status: 'writing', prompt: null })).toEqual([
      'Waiting done',
      'Prompt now',
      'Painting to come',
      'Keeping to come',
    ]);
    expect(said({ status: 'storing' })).toEqual(['Waiting done', 'Prompt done', 'Painting done', 'Keeping now']);
  });

  it('remember a written prompt when the job has to wait again', () => {
    expect(said({ status: 'queued' })).toEqual(['Waiting now', 'Prompt done', 'Painting to come', 'Keeping to come']);
  });
});

describe('how an ended job came about', () => {
  it('has no empty lines', () => {
    expect(
      story(
        job({ timings: { waiting_ms: 42_000, writing_ms: 400, painting_ms: 9_300, storing_ms: 0 }, cost_usd: 0.02 }),
      ),
    ).toEqual([
      ['Waited', '42 s'],
      ['Writing', '400 ms'],
      ['Painting', '9 s'],
      ['Cost', '$0.02'],
    ]);
    expect(story(job({ failures: 2 }))).toEqual([['Failures on the way', '2']]);
  });
});

describe('what a person can do', () => {
  const reason = (code: string) => ({ reason: { code, message: '' } });

  it('depends on why it ended', () => {
    expect(remedy(job(reason('content_blocked')))?.to).toBe('prompt');
    expect(remedy(job(reason('over_limit')))?.to).toBe('settings');
    expect(remedy(job(reason('deadline')))?.to).toBe('setup');
    expect(remedy(job({ ...reason('missed'), schedule_id: 's' }))?.to).toBe('schedule');
  });

  it('is done at the schedule, where that asked for it', () => {
    expect(remedy(job({ ...reason('content_blocked'), schedule_id: 's' }))).toEqual({
      to: 'schedule',
      name: 'Say it in other words',
    });
  });

  it('is nothing where nothing is wrong', () => {
    expect(remedy(job({}))).toBeUndefined();
    expect(remedy(job(reason('cancelled')))).toBeUndefined();
    expect(remedy(job({ ...reason('over_limit'), kind: 'bulk' }))).toBeUndefined();
  });
});

describe('the list of jobs', () => {
  const waiting = (id: string, position: number, more = {}) =>
    job({ id, status: 'queued', position, created_at: `2026-11-24T09:0${position}:00Z`, ...more });

  it('shows what is at work in the order of its turn', () => {
    const listed = [waiting('c', 2), waiting('b', 1), job({ id: 'a' })];

    expect(shown(listed, [], filterOf('open')).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(shown(listed, [], filterOf('all')).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  });

  it('keeps to one schedule, also in what comes live', () => {
    const listed = [waiting('b', 1, { schedule_id: 's' })];
    const live = [waiting('c', 2), waiting('d', 3, { schedule_id: 's' })];

    expect(shown(listed, live, filterOf('all'), 's').map(({ id }) => id)).toEqual(['d', 'b']);
  });
});
