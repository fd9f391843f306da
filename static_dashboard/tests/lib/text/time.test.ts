import { describe, expect, it } from 'vitest';
import {
  bothTimes,
  timeAgo,
  yourFuture,
  futureDay,
  relativeFuture,
  dayParts,
  timeUntil,
  endOfDay,
  duration,
  localDay,
} from '../../../src/lib/text/time';

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

  it('are shown in the user’s own time zone, too, if the times differ', () => {
    const run = '2026-11-24T22:30:00Z';

    expect(yourFuture(run, now, 'Asia/Tokyo', 'Europe/Berlin')).toBe('today at 23:30 (your time)');
    expect(yourFuture(run, now, 'Europe/Rome', 'Europe/Berlin')).toBe('');
    expect(yourFuture('2026-11-24T12:20:00Z', now, 'Asia/Tokyo', 'Europe/Berlin')).toBe('');
    expect(bothTimes(run, 'Asia/Tokyo', 'Europe/Berlin')).toBe('25 Nov 2026, 07:30 (24 Nov 2026, 23:30 your time)');
    expect(bothTimes(run, 'Europe/Rome', 'Europe/Berlin')).toBe('24 Nov 2026, 23:30');
  });

  it('names the day alone where the time of day stands beside it', () => {
    expect(futureDay('2026-11-24T12:20:00Z', now, 'UTC')).toBe('in 20 min');
    expect(futureDay('2026-11-24T18:30:00Z', now, 'Europe/Berlin')).toBe('today');
    expect(futureDay('2026-11-25T08:00:00Z', now, 'Europe/Berlin')).toBe('tomorrow');
    expect(futureDay('2026-11-27T08:00:00Z', now, 'Europe/Berlin')).toBe('Fri');
    expect(futureDay('2026-12-04T08:00:00Z', now, 'Europe/Berlin')).toBe('4 Dec');
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
