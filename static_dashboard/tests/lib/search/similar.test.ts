import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/lib/search/similar';

describe('a misspelt word', () => {
  it('is matched with the nearest known word', () => {
    expect(nearest('lighthose', ['light', 'lighthouse', 'lightning'])).toBe('lighthouse');
    expect(nearest('fix', ['fox', 'forest'])).toBe('fox');
  });

  it('is left alone where nothing is near, and where it is right', () => {
    expect(nearest('fox', ['elephant'])).toBeNull();
    expect(nearest('fox', ['fox'])).toBeNull();
  });
});
