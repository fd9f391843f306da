import { describe, expect, it } from 'vitest';
import { matching } from '../../../src/lib/api/logs';

describe('the lines of a log', () => {
  const lines = ['INFO job.ended', 'WARNING job.step_failed', 'INFO http.answered'];

  it('are filtered by a text in any case', () => {
    expect(matching(lines, ' Warning ')).toEqual(['WARNING job.step_failed']);
    expect(matching(lines, 'job.')).toEqual(lines.slice(0, 2));
  });

  it('are all there without a text', () => {
    expect(matching(lines, ' ')).toBe(lines);
  });
});
