import { describe, expect, it } from 'vitest';
import { ApiError, errorFrom, Unreachable } from '../src/lib/api/errors';
import { visibleJobs, filterOf } from '../src/pages/activity/filters';
import { nextPollMs } from '../src/lib/store/poll';
import { errorMessage, errorText } from '../src/lib/text/errors';
import { formError } from '../src/lib/text/fields';
import { jobSubject, byQueueOrder, jobTitle, canRetry, timeLeft, stage, medianSeconds } from '../src/lib/text/jobs';
import { m } from '../src/lib/messages';
import { bytes, dollars, total } from '../src/lib/text/numbers';
import { timeAgo, relativeFuture, dayParts, timeUntil, endOfDay, duration, localDay } from '../src/lib/text/time';
import { daysLeft } from '../src/pages/trash/days';
import { image, job } from './image';

const now = new Date('2026-11-24T12:00:00Z');

describe('times', () => {
  it('know when a local day is over, also where the clocks change on it', () => {
    const iso = (day: string, zone: string) => new Date(endOfDay(day, zone)).toISOString();

    expect(iso('2026-11-24', 'UTC')).toBe('2026-11-25T00:00:00.000Z');
    expect(iso('2026-03-29', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z');
    expect(iso('2026-10-25', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
    expect(iso('2026-10-31', 'Asia/Kathmandu')).toBe('2026-10-31T18:15:00.000Z');
    for (const zone of ['America/Havana', 'Pacific/Apia', 'Australia/Lord_Howe', 'America/New_York']) {
      const end = endOfDay('2026-11-01', zone);
      expect([localDay(new Date(end - 1), zone), localDay(new Date(end), zone)]).toEqual(['2026-11-01', '2026-11-02']);
    }
  });

  it('say when something will be, in its own timezone', () => {
    expect(relativeFuture('2026-11-24T12:00:20Z', now, 'UTC')).toBe('soon');
    expect(relativeFuture('2026-11-24T12:20:00Z', now, 'UTC')).toBe('in 20 min');
    expect(relativeFuture('2026-11-24T18:30:00Z', now, 'Europe/Berlin')).toBe('today at 19:30');
    expect(relativeFuture('2026-11-25T08:00:00Z', now, 'Europe/Berlin')).toBe('tomorrow at 09:00');
    expect(relativeFuture('2026-11-27T08:00:00Z', now, 'Europe/Berlin')).toBe('Fri 09:00');
    expect(relativeFuture('2026-12-24T08:00:00Z', now, 'Europe/Berlin')).toBe('24 Dec 09:00');
  });

  it('call it tomorrow where it is already tomorrow', () => {
    expect(relativeFuture('2026-11-24T20:00:00Z', now, 'Asia/Tokyo')).toBe('tomorrow at 05:00');
  });

  it('say how long timeAgo and how far off', () => {
    expect(timeAgo('2026-11-24T11:59:30Z', now)).toBe('just now');
    expect(timeAgo('2026-11-24T07:00:00Z', now)).toBe('5 h ago');
    expect(timeAgo('2026-11-23T10:00:00Z', now)).toBe('yesterday');
    expect(timeUntil('2026-11-25T08:00:00Z', now)).toBe('in 20 h');
    expect(timeUntil('2026-11-28T12:00:00Z', now)).toBe('in 4 days');
  });

  it('do not flicker while something runs', () => {
    expect([0.4, 8, 59.6, 83, 600, 719].map(duration)).toEqual([
      '0 s',
      '8 s',
      '1 min',
      '1 min 20 s',
      '10 min',
      '11 min',
    ]);
  });

  it('know a day by its date', () => {
    expect(dayParts('2026-11-24')).toEqual({ date: '24 Nov', weekday: 'Tue', year: '2026' });
    expect(localDay('2026-11-24T23:30:00Z', 'Europe/Berlin')).toBe('2026-11-25');
  });
});

describe('numbers', () => {
  it('are worded for people', () => {
    expect([m.text_images({ count: 1 }), m.text_images({ count: 1200 })]).toEqual(['1 image', '1,200 images']);
    expect([total('12345'), total('1,000+')]).toEqual(['12,345', '1,000+']);
    expect([bytes(999), bytes(98_123), bytes(1_600_000)]).toEqual(['999 B', '98 kB', '1.6 MB']);
    expect([dollars(0), dollars(0.0042), dollars(1.5)]).toEqual(['$0', '$0.0042', '$1.50']);
  });

  it('count the days that an image stays in trash', () => {
    expect(daysLeft('2026-11-20T12:00:00Z', 30, now)).toBe('26 days left');
    expect(daysLeft('2026-10-01T12:00:00Z', 30, now)).toBe('Deleted soon');
  });
});

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

  it('say that the inference service is still starting', () => {
    const progress = { ...job().progress, note: 'starting the inference service' };

    expect(stage(job({ progress }), now)).toBe('Starting the inference service');
  });

  it('are named by their theme, or by what they do to the library', () => {
    expect(jobSubject(job())).toBe('foxes');
    const bulk = { kind: 'bulk', request: null, work: { change: { action: 'purge' }, q: 'fox' } } as const;
    expect(jobSubject(job(bulk))).toBe('Permanently deleting images that match “fox”');
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
      cost_usd: 0,
    };

    expect([jobTitle(job()), jobTitle(job({ prompt }))]).toEqual(['foxes', 'The fox']);
  });

  it('can be tried again when they did not get there', () => {
    const statuses = ['failed', 'blocked', 'cancelled', 'succeeded', 'skipped'] as const;

    expect(statuses.map((status) => canRetry(job({ status })))).toEqual([true, true, true, false, false]);
  });

  it('are listed as they are now, not as they were when the list came', () => {
    const listed = [job({ id: 'a', created_at: '2' }), job({ id: 'b', created_at: '1' })];
    const live = [
      job({ id: 'a', created_at: '2', status: 'succeeded' }),
      job({ id: 'c', created_at: '3' }),
      job({ id: 'd', created_at: '0' }),
    ];

    expect(visibleJobs(listed, live, filterOf('all')).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'c queued',
      'a succeeded',
      'b queued',
    ]);
    expect(visibleJobs(listed, live, filterOf('done')).map(({ id }) => id)).toEqual(['a']);
  });
});

describe('errors', () => {
  it('become what happened, what is safe and what is next', () => {
    expect(errorText(new Unreachable(), 'Your images are safe.')).toMatchObject({
      happened: 'Auto-Image-Gen isn’t responding.',
      safe: 'Your images are safe.',
      retry: true,
    });
    expect(errorMessage(new ApiError(503, 'unavailable', 'The catalog does not answer', true))).toBe(
      'The catalog does not answer. Try again in a moment.',
    );
  });

  it('stand beside the field that is wrong', () => {
    const error = errorFrom(400, {
      error: { code: 'bad_request', message: 'Too wide.', details: { field: 'options.width' } },
    });

    expect(formError(error, ['theme', 'options.width'])).toEqual({ field: 'options.width', message: 'Too wide.' });
    expect(formError(error, ['theme', 'options'])).toEqual({ field: 'options', message: 'Too wide.' });
    expect(formError(error, ['theme']).field).toBe('');
  });

  it('are made from whatever a proxy answers', () => {
    expect(errorFrom(502, null)).toMatchObject({ status: 502, retryable: true });
    expect(errorFrom(500, { error: 'text' })).toMatchObject({ code: 'unknown', retryable: false });
  });
});

it('asks for changes often while jobs run, seldom otherwise, never while nobody looks', () => {
  expect(nextPollMs({ hidden: false, openJobs: 1, failures: 0 })).toBe(2_000);
  expect(nextPollMs({ hidden: false, openJobs: 0, failures: 0 })).toBe(30_000);
  expect(nextPollMs({ hidden: true, openJobs: 3, failures: 0 })).toBeNull();
  expect([1, 2, 3, 9].map((failures) => nextPollMs({ hidden: false, openJobs: 1, failures }))).toEqual([
    2_000, 4_000, 8_000, 30_000,
  ]);
});
