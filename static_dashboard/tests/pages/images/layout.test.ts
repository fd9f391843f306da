import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grouped, indexAt, layOut, placeOf, rowsOf, vertical, visible } from '../../../src/pages/images/layout';

const room = { width: 1000, cell: 180, gap: 4, heading: 0, between: 20 };
const days = fc
  .array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 })
  .map((counts) => counts.map((count, index) => ({ day: `2026-${String(index).padStart(4, '0')}`, count })));
const rooms = fc.record({
  width: fc.integer({ min: 1, max: 4000 }),
  cell: fc.integer({ min: 60, max: 400 }),
  gap: fc.integer({ min: 0, max: 12 }),
  heading: fc.integer({ min: 0, max: 60 }),
  between: fc.integer({ min: 0, max: 60 }),
});

describe('the layout of a gallery', () => {
  it('fills the width with as many cells as fit, and lets them share what is left', () => {
    const layout = layOut([{ day: 'a', count: 11 }], room);

    expect(layout.columns).toBe(5); // 5 × 180 + 4 × 4 = 916 ≤ 1000 < 1100
    expect(layout.size).toBe(196); // (1000 − 16) / 5
    expect(layout.height).toBe(3 * 196 + 2 * 4);
  });

  it('begins a new row with every day', () => {
    const layout = layOut(
      [
        { day: 'b', count: 6 },
        { day: 'a', count: 1 },
      ],
      room,
    );

    expect(placeOf(layout, 5)).toMatchObject({ x: 0, y: 200 });
    expect(placeOf(layout, 6)).toMatchObject({ x: 0, y: 396 + 20 });
  });

  it('gives every image of any library exactly one place inside the gallery, and no two the same', () => {
    fc.assert(
      fc.property(days, rooms, (counts, anyRoom) => {
        const layout = layOut(counts, anyRoom);
        const total = counts.reduce((sum, { count }) => sum + count, 0);
        const places = new Set<string>();
        for (let index = 0; index < total; index += 1) {
          const at = placeOf(layout, index);
          if (at === null) throw new Error(`no place for ${index}`);
          if (at.y + layout.size > layout.height) throw new Error(`${index} is below the gallery`);
          if (at.x + layout.size > Math.max(anyRoom.width, layout.size)) throw new Error(`${index} is beside it`);
          places.add(`${at.x} ${at.y}`);
        }
        expect(places.size).toBe(total);
        expect(placeOf(layout, total)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('shows all that touches a window, and nothing that is a row away from it', () => {
    fc.assert(
      fc.property(
        days,
        rooms,
        fc.integer({ min: -500, max: 9000 }),
        fc.integer({ min: 1, max: 3000 }),
        (counts, anyRoom, top, tall) => {
          const layout = layOut(counts, anyRoom);
          const bottom = top + tall;
          const shown = new Set(
            visible(layout, top, bottom).flatMap(({ from, to }) =>
              Array.from({ length: to - from }, (_, step) => from + step),
            ),
          );
          const total = counts.reduce((sum, { count }) => sum + count, 0);
          const wrong: number[] = [];
          for (let index = 0; index < total; index += 1) {
            const at = placeOf(layout, index);
            if (at === null) continue;
            const touches = at.y < bottom && at.y + layout.size > top;
            const far = at.y > bottom + layout.pitch || at.y + layout.pitch < top - layout.pitch;
            if ((touches && !shown.has(index)) || (far && shown.has(index))) wrong.push(index);
          }
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lays out a million images in a moment and reaches the last', () => {
    const million = Array.from({ length: 2000 }, (_, index) => ({ day: String(index), count: 500 }));
    const before = performance.now();

    const layout = layOut(million, room);
    const slices = visible(layout, layout.height - 900, layout.height);

    expect(slices.at(-1)?.to).toBe(1_000_000);
    expect(performance.now() - before).toBeLessThan(200);
  });
});

describe('going up and down', () => {
  const layout = layOut(
    [
      { day: 'c', count: 7 },
      { day: 'b', count: 2 },
      { day: 'a', count: 5 },
    ],
    room,
  );

  it('keeps the column within a day', () => {
    expect(vertical(layout, 1, 1)).toBe(6);
    expect(vertical(layout, 6, -1)).toBe(1);
  });

  it('goes to the end of a shorter last row before it leaves the day', () => {
    expect(vertical(layout, 4, 1)).toBe(6);
  });

  it('crosses days as near to its column as the next row allows', () => {
    expect(vertical(layout, 6, 1)).toBe(8);
    expect(vertical(layout, 12, -1)).toBe(8);
    expect(vertical(layout, 7, -1)).toBe(5);
  });

  it('stays where there is nothing further', () => {
    expect(vertical(layout, 0, -1)).toBe(0);
    expect(vertical(layout, 13, 1)).toBe(13);
  });
});

describe('rows', () => {
  it('are numbered through, each image in one of them, with the one that has the focus', () => {
    fc.assert(
      fc.property(days, rooms, fc.nat(20_000), (counts, anyRoom, focused) => {
        const layout = layOut(counts, anyRoom);
        const total = counts.reduce((sum, { count }) => sum + count, 0);
        const also = total === 0 ? -1 : focused % total;

        const all = rowsOf(layout, visible(layout, 0, layout.height));
        const few = rowsOf(layout, visible(layout, 0, 10), also);

        expect(all.map(({ number }) => number)).toEqual(Array.from({ length: layout.rows }, (_, index) => index));
        expect(all.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(total);
        expect(few.some(({ from, to }) => from <= also && also < to)).toBe(also >= 0);
        expect(new Set(few.map(({ number }) => number)).size).toBe(few.length);
      }),
      { numRuns: 60 },
    );
  });

  it('are found by their height', () => {
    const layout = layOut(
      [
        { day: 'b', count: 6 },
        { day: 'a', count: 1 },
      ],
      room,
    );

    expect([-5, 0, 199, 200, 396, 9_999].map((top) => indexAt(layout, top))).toEqual([0, 0, 0, 5, 5, 6]);
  });
});

describe('days of few images', () => {
  const month = (of: string, counts: number[]) =>
    counts.map((count, index) => ({ day: `${of}-${String(28 - index).padStart(2, '0')}`, count }));

  it('share the rows of their month; those of many begin their own', () => {
    const days = [...month('2026-11', [1, 1, 2]), ...month('2026-10', [9, 1, 8]), ...month('2026-09', [2])];

    expect(grouped(days, 7)).toEqual([
      { day: '2026-11', count: 4 },
      ...month('2026-10', [9, 1, 8]),
      ...month('2026-09', [2]),
    ]);
    expect(grouped(days, 2)).toEqual(days);
  });

  it('lose and double no image', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 28 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (months, columns) => {
          const days = months.flatMap((counts, index) => month(`20${40 - index}-01`, counts));
          const sum = (some: { count: number }[]) => some.reduce((total, { count }) => total + count, 0);

          expect(sum(grouped(days, columns))).toBe(sum(days));
        },
      ),
    );
  });
});
