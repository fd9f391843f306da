import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  at,
  barFor,
  afterScroll,
  afterRest,
  sheetHeight,
  MAX_SHEET_PX,
  topFor,
} from '../../../src/pages/images/spacer';

const heights = fc.integer({ min: 1_000, max: 200_000_000 });
const rooms = fc.integer({ min: 300, max: 3_000 });

describe('a sheet that is taller than a browser allows', () => {
  it('never gets taller than the limit', () => {
    expect(sheetHeight(26_000_000)).toBe(MAX_SHEET_PX);
    expect(sheetHeight(5_000)).toBe(5_000);
  });

  it('lets the bar reach every image, the first and the last included', () => {
    fc.assert(
      fc.property(heights, rooms, fc.double({ min: 0, max: 1, noNaN: true }), (height, room, share) => {
        const top = Math.round(Math.max(0, height - room) * share);

        const bar = barFor(top, height);

        expect(bar).toBeGreaterThanOrEqual(0);
        expect(bar).toBeLessThanOrEqual(Math.max(0, sheetHeight(height) - room));
        expect(Math.abs(topFor(bar, height) - top)).toBeLessThanOrEqual(height / MAX_SHEET_PX + 1);
      }),
    );
  });

  it('moves what is shown by as much as the wheel does, wherever that is', () => {
    const moves = fc.array(fc.integer({ min: -900, max: 900 }), { maxLength: 60 });
    fc.assert(
      fc.property(heights, rooms, fc.double({ min: 0, max: 1, noNaN: true }), moves, (height, room, share, steps) => {
        const most = sheetHeight(height) - room;
        let here = at(Math.round(Math.max(0, height - room) * share), height);
        for (const step of steps) {
          const bar = Math.max(0, Math.min(most, here.bar + step));
          const wanted = bar + here.shift;
          here = afterScroll(here, bar, { height, room });
          expect(here.bar + here.shift).toBe(wanted);
          const still = afterRest(here, { height, room });
          expect(still.bar + still.shift).toBe(wanted);
          here = still;
        }
      }),
    );
  });

  it('is scrolled to both ends by the wheel alone', () => {
    const span = { height: 26_000_000, room: 900 };
    for (const direction of [-1, 1]) {
      let here = at(13_000_000, span.height);
      for (let step = 0; step < 40_000; step += 1) {
        const bar = here.bar + direction * 900;
        if (bar < 0 || bar > MAX_SHEET_PX - span.room) break;
        here = afterScroll(here, bar, span);
      }

      const top = here.bar + here.shift;
      expect(direction < 0 ? top : span.height - span.room - top).toBeLessThan(900);
    }
  });

  it('takes a dragged bar in proportion', () => {
    const here = afterScroll({ bar: 0, shift: 0 }, MAX_SHEET_PX / 2, { height: 80_000_000, room: 900 });

    expect(here.bar + here.shift).toBe(40_000_000);
  });
});
