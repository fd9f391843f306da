import { expect, it } from 'vitest';
import { nextPollMs } from '../../../src/lib/store/poll';

it('asks for changes often while jobs run, seldom otherwise, never while nobody looks', () => {
  expect(nextPollMs({ hidden: false, openJobs: 1, failures: 0 })).toBe(2_000);
  expect(nextPollMs({ hidden: false, openJobs: 0, failures: 0 })).toBe(30_000);
  expect(nextPollMs({ hidden: true, openJobs: 3, failures: 0 })).toBeNull();
  expect([1, 2, 3, 9].map((failures) => nextPollMs({ hidden: false, openJobs: 1, failures }))).toEqual([
    2_000, 4_000, 8_000, 30_000,
  ]);
});
