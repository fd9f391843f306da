import { expect, it } from 'vitest';
import { daysLeft } from '../../../src/pages/trash/days';

const now = new Date('2026-11-24T12:00:00Z');

it('counts the days that an image stays in trash', () => {
  expect(daysLeft('2026-11-20T12:00:00Z', 30, now)).toBe('26 days left');
  expect(daysLeft('2026-10-01T12:00:00Z', 30, now)).toBe('Deleted soon');
});
