import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsIn, grouped, layOut, placeOf } from '../../../src/pages/images/layout';
import { dayOn, isScrubberShown, marks, shareAt, stepped, topAt } from '../../../src/pages/images/scrub';

const room = { width: 1000, cell: 180, gap: 4, heading: 0, between: 20 };
const three = Array.from({ length: 1_096 }, (_, index) => ({
  day: new Date(Date.UTC(2026, 10, 24) - index * 86_400_000).toISOString().slice(0, 10),
  count: 3,
}));
const layout = layOut(three, room);

const TRACK = 52; // --scrub in tokens.css

describe('the timeline beside the images', () => {
  it('comes or stays away for good, whatever room it takes from them', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 });
    const widths = fc.integer({ min: 600, max: 3_800 });
    fc.assert(
      fc.property(counts, widths, fc.integer({ min: 400, max: 2_200 }), fc.boolean(), (each, wide, tall, before) => {
        const days = each.map((count, index) => ({ day: three[index]?.day ?? '', count }));
        let led = before;
        const decide = () => {
          const here = { ...room, width: led ? wide - TRACK : wide };
          led = isScrubberShown(layOut(grouped(days, columnsIn(here)), here).height, tall, led);
          return led;
        };

        decide();

        expect(decide()).toBe(decide());
      }),
      { numRuns: 2_000 },
    );
  });

  it('reaches the first and the last image', () => {
    expect(topAt(0, layout, 900)).toBe(0);
    expect(topAt(1, layout, 900)).toBe(layout.height - 900);
    expect(dayOn(1, layout, 900)?.day).toBe(three.at(-1)?.day);
    expect(placeOf(layout, 3 * 1_096 - 1)?.y).toBeLessThan(topAt(1, layout, 900) + 900);
  });

  it('stands where one is', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(Math.abs(shareAt(topAt(share, layout, 900), layout, 900) - share)).toBeLessThan(1e-5);
      }),
    );
  });

  it('names each year where it begins, and no two so near that they cover each other', () => {
    const found = marks(layout, 900, 800);
    const years = found.filter(({ year }) => year);

    expect(years.map(({ day }) => day.slice(0, 4))).toEqual(['2026', '2025', '2024', '2023']);
    for (const [index, { share }] of found.slice(1).entries())
      expect(share * 800 - (found[index]?.share ?? 0) * 800).toBeGreaterThan(4);
  });

  it('steps by days and by months, and stays at its ends', () => {
    expect(stepped(layout.days, 0, 1, 'day')).toBe(1);
    expect(layout.days[stepped(layout.days, 0, 1, 'month')]?.day).toBe('2026-10-31');
    expect(stepped(layout.days, 0, -1, 'month')).toBe(0);
    expect(stepped(layout.days, 1_095, 1, 'day')).toBe(1_095);
  });
});
