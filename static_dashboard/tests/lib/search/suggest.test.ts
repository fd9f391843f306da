import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastWord, suggestions, wordToComplete, type SearchVocabulary } from '../../../src/lib/search/suggest';

const vocabulary: SearchVocabulary = {
  words: [
    { term: 'fox', count: 12 },
    { term: 'forest', count: 4 },
  ],
  tags: [
    { tag: 'night', count: 9 },
    { tag: 'foggy morning', count: 3 },
    { tag: 'city at night', count: 2 },
  ],
  models: ['starter', 'stabilityai/sdxl-turbo'],
  albums: ['Best of', 'Night walks'],
  schedules: ['Daily fox'],
};
const of = (typed: string) => suggestions(typed, vocabulary, '2026-11-24').map(({ text }) => text);

describe('completions of the word being typed', () => {
  it('is a word of the library, a tag, or a field', () => {
    expect(of('fo')).toEqual(['fox', 'forest', 'tag:"foggy morning"']);
    expect(of('red se')).toContain('seed:');
    expect(of('so')).toContain('sort:');
    expect(of('sort:ra')).toEqual(['sort:rating', 'sort:random']);
  });

  it('is a value of the field that was begun, those that begin so first', () => {
    expect(of('fox tag:ni')).toEqual(['tag:night', 'tag:"city at night"']);
    expect(of('model:sd')).toEqual(['model:stabilityai/sdxl-turbo']);
    expect(of('schedule:')).toEqual(['schedule:"Daily fox"']);
    expect(of('album:ni')).toEqual(['album:"Night walks"']);
    expect(of('is:f')).toEqual(['is:favorite']);
    expect(of('is:m')).toEqual(['is:missing']);
    expect(of('date:')).toEqual(['date:2026-11-24', 'date:2026-11', 'date:2026']);
    expect(of('-tag:"city')).toEqual(['-tag:"city at night"']);
  });

  it('is nothing for what is typed in full, and behind a space', () => {
    expect(of('is:favorite')).toEqual([]);
    expect(of('fox ')).toEqual([]);
  });

  it('has its counts', () => {
    expect(suggestions('tag:night', vocabulary, '').map(({ count }) => count)).toEqual([2]);
  });

  it('asks the service only for plain words', () => {
    expect(['red fo', '-sno', 'tag:ni', 'fox ', '"red'].map(wordToComplete)).toEqual(['fo', 'sno', '', '', '']);
  });

  it('takes the place of the last word alone', () => {
    expect(lastWord('red tag:"neon ci')).toEqual({ before: 'red ', word: 'tag:"neon ci' });
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const { before, word } = lastWord(typed);
        expect(before + word).toBe(typed);
      }),
    );
  });
});
