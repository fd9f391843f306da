import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const UNKNOWN = 'America/Coyhaique';

describe('a time zone that the browser does not know', () => {
  beforeEach(() => {
    const Real = Intl.DateTimeFormat;
    class Older extends Real {
      constructor(language?: string, options?: Intl.DateTimeFormatOptions) {
        if (options?.timeZone === UNKNOWN) throw new RangeError(`Invalid time zone specified: ${UNKNOWN}`);
        super(language, options);
      }
    }
    vi.stubGlobal('Intl', { ...Intl, DateTimeFormat: Older, supportedValuesOf: () => ['Europe/Berlin'] });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('shows times in UTC and says so', async () => {
    const { dateTime, endOfDay, futureDay, knowsZone, localDay, relativeFuture, timeOfDay } =
      await import('../../../src/lib/text/time');
    const now = new Date('2026-11-24T12:00:00Z');

    expect([knowsZone(UNKNOWN), knowsZone('Europe/Berlin')]).toEqual([false, true]);
    expect(timeOfDay('2026-11-24T18:30:00Z', UNKNOWN)).toBe('18:30 UTC');
    expect(dateTime('2026-11-24T18:30:00Z', UNKNOWN)).toBe('24 Nov 2026, 18:30 UTC');
    expect(relativeFuture('2026-11-24T18:30:00Z', now, UNKNOWN)).toBe('today at 18:30 UTC');
    expect(futureDay('2026-11-25T18:30:00Z', now, UNKNOWN)).toBe('tomorrow');
    expect(localDay('2026-11-24T23:30:00Z', UNKNOWN)).toBe('2026-11-24');
    expect(new Date(endOfDay('2026-11-24', UNKNOWN)).toISOString()).toBe('2026-11-25T00:00:00.000Z');
    expect(timeOfDay('2026-11-24T18:30:00Z', 'Europe/Berlin')).toBe('19:30');
  });

  it('explains the times of a schedule', async () => {
    const { timeInZone } = await import('../../../src/pages/schedules/sentences');

    expect(timeInZone('2026-11-24T18:30:00Z', UNKNOWN)).toBe(
      '24 Nov 2026, 18:30 UTC. This browser doesn’t know the time zone America/Coyhaique.',
    );
  });

  it('can still be the value of a form', async () => {
    const { timeZones } = await import('../../../src/lib/components/timeZones');

    expect(timeZones(UNKNOWN)).toEqual(['Europe/Berlin', 'UTC', UNKNOWN]);
    expect(timeZones('Europe/Berlin')).toEqual(['Europe/Berlin', 'UTC']);
    vi.stubGlobal('Intl', { ...Intl, supportedValuesOf: undefined });
    expect(timeZones(UNKNOWN)).toEqual(['UTC', UNKNOWN]);
  });
});
