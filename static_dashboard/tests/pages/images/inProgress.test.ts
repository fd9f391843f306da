import { describe, expect, it } from 'vitest';
import type { Job, Schedule } from '../../../src/lib/api/types';
import { inProgress } from '../../../src/pages/images/inProgress';
import { image, job } from '../../image';

const now = new Date('2026-11-24T12:00:00Z');
const schedule = (id: string, next: string | null, over: Partial<Schedule> = {}) =>
  ({ id, name: id, paused: false, next_run_at: next, ...over }) as Schedule;
const soon = schedule('soon', '2026-11-24T13:00:00Z');
const later = schedule('later', '2026-11-25T09:00:00Z');

describe('jobs in progress', () => {
  it('has the schedules that come next, and none that is paused or over', () => {
    const found = inProgress(
      [later, soon, schedule('paused', soon.next_run_at, { paused: true }), schedule('over', null)],
      [],
      now,
    );

    expect(found.schedules.map((one) => [one.schedule.id, one.job])).toEqual([
      ['soon', null],
      ['later', null],
    ]);
  });

  it('shows what runs for a schedule beside that schedule, and first', () => {
    const running = job({ id: 'r', status: 'painting', schedule_id: 'later' });
    const own = job({ id: 'o', status: 'queued', schedule_id: null });

    const found = inProgress([soon, later], [running, own], now);

    expect(found.schedules.map((one) => [one.schedule.id, one.job?.id])).toEqual([
      ['later', 'r'],
      ['soon', undefined],
    ]);
    expect(found.jobs.map(({ id }) => id)).toEqual(['o']);
  });

  const failed = (id: string, finished_at: string, over: Partial<Job> = {}) =>
    job({ id, status: 'failed', finished_at, schedule_id: null, ...over });

  it('shows failures that need a person for a day, unless they were tried again', () => {
    const jobs = [
      failed('old', '2026-11-23T11:00:00Z'),
      failed('tried', '2026-11-24T10:00:00Z'),
      failed('new', '2026-11-24T11:30:00Z'),
      job({ id: 'again', status: 'succeeded', retry_of: 'tried' }),
    ];

    expect(inProgress([soon], jobs, now).jobs.map(({ id }) => id)).toEqual(['new']);
  });

  it('shows what failed for a schedule, a paused one as well, until it has succeeded since', () => {
    const stopped = schedule('stopped', null, { paused: true, paused_reason: 'Paused by itself.' });
    const jobs = [
      failed('a', '2026-11-20T07:00:00Z', { schedule_id: 'stopped' }),
      failed('b', '2026-11-24T07:00:00Z', { schedule_id: 'soon' }),
    ];
    const latest = new Map([['soon', image({ id: 'P', created_at: '2026-11-24T08:00:00Z' })]]);

    const found = inProgress([soon, stopped], jobs, now, latest);

    expect(found.schedules.map((one) => [one.schedule.id, one.job?.id])).toEqual([
      ['stopped', 'a'],
      ['soon', undefined],
    ]);
  });

  it('counts what finds no room', () => {
    const many = Array.from({ length: 7 }, (_, n) => job({ id: String(n), schedule_id: null }));

    expect(inProgress([], many, now)).toMatchObject({ more: 3, jobs: { length: 4 } });
  });
});
