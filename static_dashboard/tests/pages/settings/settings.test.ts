import { describe, expect, it } from 'vitest';
import type { Job, LibrarySettings } from '../../../src/lib/api/types';
import { newlyFinished } from '../../../src/pages/settings/finished';
import { listsOf, repeatedName, rowsOf } from '../../../src/pages/settings/lists';
import { changed, fieldsOf, mistyped, used } from '../../../src/pages/settings/limits';

const LIMITS: LibrarySettings['limits'] = {
  images_per_job: 16,
  images_per_day: 500,
  images_per_month: 10_000,
  usd_per_day: null,
  usd_per_month: null,
  max_pixels: 1_048_576,
  max_steps: 100,
  trash_days: 30,
};

describe('limits in a form', () => {
  it('send only what was changed', () => {
    expect(changed(fieldsOf(LIMITS), LIMITS)).toBeUndefined();
    expect(changed({ ...fieldsOf(LIMITS), images_per_day: '1,000 ' }, LIMITS)).toEqual({ images_per_day: 1000 });
  });

  it('take an empty cost limit for none, which a request says with 0', () => {
    const limited = { ...LIMITS, usd_per_day: 2.5 };

    expect(fieldsOf(limited)).toMatchObject({ usd_per_day: '2.5', usd_per_month: '' });
    expect(changed({ ...fieldsOf(limited), usd_per_day: ' ' }, limited)).toEqual({ usd_per_day: 0 });
    expect(changed({ ...fieldsOf(limited), usd_per_month: '40' }, limited)).toEqual({ usd_per_month: 40 });
  });

  it('say which of them is no number, rather than to leave it silently', () => {
    expect(mistyped(fieldsOf(LIMITS))).toBeNull();
    expect(mistyped({ ...fieldsOf(LIMITS), max_steps: 'many' })?.field).toBe('limits.max_steps');
    expect(mistyped({ ...fieldsOf(LIMITS), trash_days: ' ' })?.field).toBe('limits.trash_days');
    expect(mistyped({ ...fieldsOf(LIMITS), max_steps: '0' })).toBeNull(); // which the service refuses
  });
});

it('gives the usage of the day and the month beside their limits', () => {
  const usage = { today: { images: 12, cost_usd: 0 }, month: { images: 20_000, cost_usd: 3.5 } };

  expect(used({ usage, limits: LIMITS })).toEqual({
    today: { text: '12 of 500 images today', share: 0.024 },
    month: { text: '20,000 of 10,000 images this month · $3.50', share: 1 },
  });
});

it('gives the cost beside its limit, and the share of what is used up first', () => {
  const usage = { today: { images: 12, cost_usd: 0 }, month: { images: 100, cost_usd: 3.5 } };
  const limits = { ...LIMITS, usd_per_day: 1, usd_per_month: 7 };

  expect(used({ usage, limits })).toEqual({
    today: { text: '12 of 500 images today · $0 of $1.00', share: 0.024 },
    month: { text: '100 of 10,000 images this month · $3.50 of $7.00', share: 0.5 },
  });
});

it('plays the tone for new images, and for nothing else', () => {
  const jobs = new Map(
    [
      ['done', 'generation', 'succeeded'],
      ['failed', 'generation', 'failed'],
      ['zip', 'export', 'succeeded'],
      ['open', 'generation', 'painting'],
    ].map(([id = '', kind, status]) => [id, { kind, status } as Job]),
  );
  const done = (...before: string[]) => newlyFinished(before, (id) => jobs.get(id));

  expect(done('done')).toBe(true);
  expect(done('failed', 'zip', 'open', 'unknown')).toBe(false);
  expect(done()).toBe(false);
});

describe('lists of alternatives in a form', () => {
  it('have one entry per line and come back as they were', () => {
    const lists = { animals: ['fox', 'snowy owl'], big_cats: ['lion'] };

    expect(rowsOf(lists)[0]).toEqual({ name: 'animals', entries: 'fox\nsnowy owl' });
    expect(listsOf(rowsOf(lists))).toEqual(lists);
  });

  it('leave out empty rows and lines, and the underscores of a theme', () => {
    const rows = [
      { name: ' __animals__ ', entries: ' fox \n\nowl\n' },
      { name: '', entries: ' \n' },
    ];

    expect(listsOf(rows)).toEqual({ animals: ['fox', 'owl'] });
  });

  it('cannot have one name twice', () => {
    const row = { name: 'animals', entries: 'fox' };

    expect(repeatedName([row, { ...row, name: 'cats' }])).toBeNull();
    expect(repeatedName([row, { ...row, name: '__animals__' }])).toBe('animals');
  });
});
