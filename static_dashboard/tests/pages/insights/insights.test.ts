import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScheduleInsights } from '../../../src/lib/api/types';
import { calendar, level, range } from '../../../src/pages/insights/calendar';
import { nameOf, percent, runs, seconds, shares } from '../../../src/pages/insights/scheduleStats';

const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('the calendar', () => {
  it('has every day of its weeks once, Mondays on top, up to today', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (last, weeks) => {
        const { cells } = calendar(new Map(), last, weeks);

        expect(cells.at(-1)?.day).toBe(last);
        expect(cells.at(-1)?.column).toBe(weeks - 1);
        expect(new Date(`${cells[0]?.day}T00:00:00Z`).getUTCDay()).toBe(1);
        expect(new Set(cells.map((cell) => cell.day)).size).toBe(cells.length);
        expect(cells.every((cell) => (new Date(`${cell.day}T00:00:00Z`).getUTCDay() + 6) % 7 === cell.row)).toBe(true);
      }),
    );
  });

  it('names months where they begin, with room between them', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 8, max: 53 }), (last, weeks) => {
        const { months } = calendar(new Map(), last, weeks);

        expect(months.every(({ column }, index) => index === 0 || column - (months[index - 1]?.column ?? 0) >= 3)).toBe(
          true,
        );
      }),
    );
  });

  it('shows few images beside many', () => {
    expect([0, 1, 4, 30, 100].map((count) => level(count, 100))).toEqual([0, 1, 1, 3, 4]);
    expect(level(1, 1)).toBe(4);
  });

  it('counts days over a change of clocks and a leap day', () => {
    expect(range('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
    expect(range('2026-10-01', '2026-10-31')).toHaveLength(31);
    expect(range('2026-10-02', '2026-10-01')).toEqual([]);
  });
});

describe('the use of a schedule’s images', () => {
  const one = (own: Partial<ScheduleInsights>) =>
    ({
      schedule_id: 's',
      name: 'Foxes',
      kept: 0,
      trashed: 0,
      removed: 0,
      favourites: 0,
      approved: 0,
      runs: 0,
      failed: 0,
      skipped: 0,
      ...own,
    }) as ScheduleInsights;

  it('is given in shares of all its images', () => {
    expect(shares(one({ kept: 6, trashed: 2, removed: 2, favourites: 3 }))).toEqual({
      kept: 0.6,
      trashed: 0.2,
      removed: 0.2,
      favourites: 0.3,
      approved: 0,
    });
    expect(shares(one({})).kept).toBe(0);
  });

  it('rounds nothing away', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0%', '1%', '50%', '99%', '100%']);
  });

  it('has a dash for what was not measured', () => {
    expect([null, 0.4, 12, 150].map(seconds)).toEqual(['–', '0.4 s', '12 s', '2 min 30 s']);
  });

  it('counts runs with those that failed or were skipped', () => {
    expect(runs(one({ runs: 30 }))).toBe('30');
    expect(runs(one({ runs: 30, failed: 2, skipped: 1 }))).toBe('30 total, 2 failed, 1 skipped');
  });

  it('is called by its schedule', () => {
    expect([one({}), one({ name: null }), one({ schedule_id: null, name: null })].map(nameOf)).toEqual([
      'Foxes',
      'Unnamed schedule',
      'Not scheduled',
    ]);
  });
});
