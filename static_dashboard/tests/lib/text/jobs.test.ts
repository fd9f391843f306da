import { describe, expect, it } from 'vitest';
import {
  jobSubject,
  byQueueOrder,
  jobTitle,
  canRetry,
  timeLeft,
  stage,
  medianSeconds,
} from '../../../src/lib/text/jobs';
import { image, job } from '../../image';

const now = new Date('2026-11-24T12:00:00Z');

describe('jobs', () => {
  it('say what they are doing', () => {
    const pictures = [1, 2, 3, 4].map((seed) => ({ id: String(seed), seed, state: 'pending' as const, reason: '' }));
    const progress = {
      percent: 30,
      picture: 2,
      step: 4,
      steps: 20,
      seconds_left: 83,
      position: null,
      note: '',
      preview: null,
    };
    const generating = job({ status: 'painting', pictures, progress });

    expect(stage(generating, now)).toBe('Generating 2 of 4');
    expect(timeLeft(generating)).toBe('1 min 20 s left');
    expect(stage(job({ position: 3 }), now)).toBe('Queued, 3 jobs ahead');
    expect(stage(job({ status: 'painting', progress: { ...progress, position: 2 } }), now)).toBe(
      'Queued, 2 jobs ahead',
    );
    expect(stage(job({ not_before: '2026-11-24T12:05:00Z' }), now)).toBe('Next attempt in 5 min');
    expect(stage(job({ status: 'painting', cancel_requested: true }), now)).toBe('Canceling');
  });

  it('are estimated by the usual time of an image, until the inference service has an estimate', () => {
    const pictures = [1, 2, 3].map((seed) => ({
      id: String(seed),
      seed,
      state: seed === 1 ? ('stored' as const) : ('pending' as const),
      reason: '',
    }));

    expect(timeLeft(job({ status: 'painting', pictures }), 2)).toBe('About 4 s left');
    expect(timeLeft(job({ position: 4 }), 2)).toBe('About 10 s left');
    expect(timeLeft(job(), null)).toBe('');
    expect(timeLeft(job({ status: 'succeeded' }), 2)).toBe('');
  });

  it('take the usual time of an image from the latest ones', () => {
    const took = (painting_ms: number) =>
      image({ id: String(painting_ms), timings: { ...image({ id: '' }).timings, painting_ms } });

    expect(medianSeconds([took(2000), took(90_000), took(1000)])).toBe(2);
    expect(medianSeconds([])).toBeNull();
  });

  it('say that their worker stopped, instead of how long is left', () => {
    const progress = { ...job().progress, step: 4, seconds_left: 24 };
    const interrupted = job({ status: 'painting', progress, interrupted: true });

    expect(stage(interrupted, now)).toBe('Interrupted, resuming');
    expect(timeLeft(interrupted, 2)).toBe('');
    expect(timeLeft(job({ reason: { code: 'transient', message: 'The worker stopped.' } }), 2)).toBe('');
  });

  it('say that the inference service is still starting', () => {
    const progress = { ...job().progress, note: 'starting the inference service' };

    expect(stage(job({ progress }), now)).toBe('Starting the inference service');
  });

  it('are named by their theme, or by what they do to the library', () => {
    expect(jobSubject(job())).toBe('foxes');
    const bulk = { kind: 'bulk', request: null, work: { change: { action: 'purge' }, q: 'fox' } } as const;
    expect(jobSubject(job(bulk))).toBe('Permanently deleting images that match “fox”');
    const again = { kind: 'bulk', request: null, work: { change: { action: 'regenerate' }, q: 'is:missing' } } as const;
    expect(jobSubject(job(again))).toBe('Generating missing images that match “is:missing” again');
    expect(jobSubject(job({ kind: 'export', request: null, work: { q: null, ids: ['A'] } }))).toBe(
      'Creating a ZIP file of selected images',
    );
  });

  it('stand in the order of their turns', () => {
    const at = (position: number | null) => ({ ...job().progress, position });
    const jobs = [
      job({ id: 'next', status: 'queued', position: 0 }),
      job({ id: 'in line', status: 'painting', progress: at(1) }),
      job({ id: 'generating', status: 'painting', progress: at(null) }),
    ];

    expect(jobs.sort(byQueueOrder).map(({ id }) => id)).toEqual(['generating', 'in line', 'next']);
  });

  it('have the title of their prompt, once that is written', () => {
    const prompt = {
      prompt: 'a fox',
      negative_prompt: '',
      title: 'The fox',
      alt_text: '',
      tags: [],
      source: 'offline' as const,
      unknown_words: [],
      not_new: false,
      left_out: [],
      cost_usd: 0,
    };

    expect([jobTitle(job()), jobTitle(job({ prompt }))]).toEqual(['foxes', 'The fox']);
  });

  it('can be tried again when they did not get there', () => {
    const statuses = ['failed', 'blocked', 'cancelled', 'succeeded', 'skipped'] as const;

    expect(statuses.map((status) => canRetry(job({ status })))).toEqual([true, true, true, false, false]);
  });
});
