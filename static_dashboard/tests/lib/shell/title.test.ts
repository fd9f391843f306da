import { describe, expect, it } from 'vitest';
import { searchName } from '../../../src/lib/search/searchName';
import { pageTitle } from '../../../src/lib/shell/title.svelte';

describe('the title of a page', () => {
  it('has the progress of a job, what is open, and the page', () => {
    expect(pageTitle('Images', 'Fox in the snow', 40)).toBe('40% · Fox in the snow · Images · Auto-Image-Gen');
    expect(pageTitle('Images', '')).toBe('Images · Auto-Image-Gen');
  });

  it('has a search as it was typed, with the names of schedules', () => {
    const names = new Map([['01J', 'Daily foxes']]);
    const name = (q: string) => searchName(q, (id) => names.get(id));

    expect(name('fox -snow schedule:01J')).toBe('fox -snow Daily foxes');
    expect(name('schedule:daily')).toBe('daily');
    expect(name('')).toBe('');
  });
});
