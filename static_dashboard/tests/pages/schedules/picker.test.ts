import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cronOf,
  DAY_PRESETS,
  DEFAULT_TIMES,
  pickerFromCron,
  presetOf,
  type Picked,
} from '../../../src/pages/schedules/picker';

const some = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1 }).map((days) => days.sort((a, b) => a - b));
const everyPick: fc.Arbitrary<Picked> = fc.oneof(
  fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    hours: some(0, 23),
    on: fc.constant('weekdays' as const),
    weekdays: some(0, 6),
    monthDays: fc.constant<number[]>([1]),
  }),
  fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    hours: some(0, 23),
    on: fc.constant('month-days' as const),
    weekdays: fc.constant<number[]>([0, 1, 2, 3, 4, 5, 6]),
    monthDays: some(1, 31),
  }),
);

/** Which values a field lets through, by the letter: digits, commas, ranges and the star. */
function matches(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    if (part === '*') return true;
    const [from = NaN, to = from] = part.split('-').map(Number);
    return value >= from && value <= to;
  });
}

/** Whether five fields of which one day field at most is restricted let a minute through. */
function fires(cron: string, at: { minute: number; hour: number; day: number; weekday: number }): boolean {
  const [minute = '', hour = '', day = '', , weekday = ''] = cron.trim().split(/\s+/);
  const week = matches(weekday, at.weekday) || (at.weekday === 0 && matches(weekday, 7));
  return matches(minute, at.minute) && matches(hour, at.hour) && matches(day, at.day) && week;
}

describe('picker and cron', () => {
  it('have Monday to Friday as weekdays, and Saturday and Sunday as weekends', () => {
    const cron = (weekdays: readonly number[]) => cronOf({ ...DEFAULT_TIMES, weekdays: [...weekdays] });

    expect([DAY_PRESETS.daily, DAY_PRESETS.weekdays, DAY_PRESETS.weekends].map(cron)).toEqual([
      '0 9 * * *',
      '0 9 * * 1-5',
      '0 9 * * 0,6',
    ]);
    expect(presetOf([5, 4, 3, 2, 1])).toBe('weekdays');
    expect(presetOf([6, 0])).toBe('weekends');
    expect(presetOf([1, 2])).toBeNull();
  });

  it('say the same of every time that the picker can say', () => {
    fc.assert(
      fc.property(everyPick, (picked) => {
        expect(pickerFromCron(cronOf(picked))).toEqual(picked);
      }),
    );
  });

  it('keep the meaning of every typed cron that the picker can show', () => {
    const part = (min: number, max: number) =>
      fc.oneof(
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      );
    const list = (min: number, max: number) =>
      fc.array(part(min, max), { minLength: 1, maxLength: 4 }).map((all) => all.join(','));
    const typed = fc.oneof(
      fc.tuple(
        fc.integer({ min: 0, max: 59 }).map(String),
        list(0, 23),
        fc.constant('*'),
        fc.oneof(fc.constant('*'), list(0, 7)),
      ),
      fc.tuple(fc.integer({ min: 0, max: 59 }).map(String), list(0, 23), list(1, 31), fc.constant('*')),
    );
    const instant = fc.record({
      minute: fc.integer({ min: 0, max: 59 }),
      hour: fc.integer({ min: 0, max: 23 }),
      day: fc.integer({ min: 1, max: 31 }),
      weekday: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(typed, instant, ([minute, hour, day, weekday], at) => {
        const cron = `${minute} ${hour}  ${day} * ${weekday}`;
        const picked = pickerFromCron(cron);

        expect(picked).not.toBeNull();
        if (picked !== null) expect(fires(cronOf(picked), at)).toBe(fires(cron, at));
      }),
    );
  });

  it('never show what a cron does not say', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\d*,/ -]{1,24}$/), (cron) => {
        const picked = pickerFromCron(cron);

        // Either the picker says nothing, or what it says is read back as the same.
        expect(picked === null || JSON.stringify(pickerFromCron(cronOf(picked))) === JSON.stringify(picked)).toBe(true);
      }),
    );
  });

  it('write days as people do', () => {
    expect(cronOf(DEFAULT_TIMES)).toBe('0 9 * * *');
    expect(cronOf({ ...DEFAULT_TIMES, weekdays: [1, 2, 3, 4, 5] })).toBe('0 9 * * 1-5');
    expect(cronOf({ ...DEFAULT_TIMES, hours: [18, 9], minute: 30, weekdays: [6, 0] })).toBe('30 9,18 * * 0,6');
    expect(cronOf({ ...DEFAULT_TIMES, on: 'month-days', monthDays: [15, 1] })).toBe('0 9 1,15 * *');
    expect(pickerFromCron('0 9 * * 5-7')?.weekdays).toEqual([0, 5, 6]);
  });

  it('leave to cron what the picker has no words for', () => {
    const beyond = [
      '*/5 * * * *',
      '0 9 1 * 1',
      '0 9 * 5 *',
      '0,30 9 * * *',
      '0 25 * * *',
      '0 9 32 * *',
      '0 9 * * MON',
      '',
      '0 9 * *',
    ];

    expect(beyond.map(pickerFromCron)).toEqual(beyond.map(() => null));
  });
});
