import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findIndex, merge, removeById } from '../../../src/lib/store/sortedList';
import { idAt, timeOf } from '../../../src/lib/store/ulid';

const list = fc.uniqueArray(fc.stringMatching(/^[0-9A-Z]{1,4}$/)).map((ids) =>
  ids
    .sort()
    .reverse()
    .map((id) => ({ id })),
);

describe('lists from the newest id to the oldest', () => {
  it('find what they have, and where the rest would go', () => {
    const items = [{ id: 'D' }, { id: 'B' }];

    expect(findIndex(items, 'B')).toBe(1);
    expect(findIndex(items, 'C')).toBe(-2);
    expect(findIndex(items, 'A')).toBe(-3);
  });

  it('merge into one list without doubles, in order', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const merged = merge(a, b).map(({ id }) => id);
        expect(merged).toEqual([...new Set([...a, ...b].map(({ id }) => id))].sort().reverse());
      }),
    );
  });

  it('prefer the newer version of what both have', () => {
    expect(merge([{ id: 'A', v: 1 }], [{ id: 'A', v: 2 }])).toEqual([{ id: 'A', v: 2 }]);
  });

  it('lose one', () => {
    expect(removeById([{ id: 'B' }, { id: 'A' }], 'B')).toEqual([{ id: 'A' }]);
  });
});

it('reads the time from an id, and makes the smallest id of a time', () => {
  const ms = Date.parse('2026-11-24T12:00:00.123Z');

  expect(timeOf(idAt(ms))).toBe(ms);
  expect(idAt(ms) < idAt(ms + 1)).toBe(true);
  expect(timeOf('01JDFE0R2V7B8ZC9X0Y1A2B3C4')).toBe(1_732_463_583_323);
  expect(timeOf('job')).toBeNaN();
});
