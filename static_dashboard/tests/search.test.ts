import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../src/lib/search/similar';
import { lastWord, suggestions, wordToComplete, type SearchVocabulary } from '../src/lib/search/suggest';
import { highlight } from '../src/lib/text/highlight';

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
  schedules: ['Daily fox'],
};
const of = (typed: string) => suggestions(typed, vocabulary, '2026-11-24').map(({ text }) => text);

describe('completions of the word being typed', () => {
  it('is a word of the library, a tag, or a field', () => {
    expect(of('fo')).toEqual(['fox', 'forest', 'tag:"foggy morning"']);
    expect(of('red se')).toContain('seed:');
  });

  it('is a value of the field that was begun, those that begin so first', () => {
    expect(of('fox tag:ni')).toEqual(['tag:night', 'tag:"city at night"']);
    expect(of('model:sd')).toEqual(['model:stabilityai/sdxl-turbo']);
    expect(of('schedule:')).toEqual(['schedule:"Daily fox"']);
    expect(of('is:f')).toEqual(['is:favorite']);
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

describe('what a search matched', () => {
  const hits = (text: string, ...matched: string[]) =>
    highlight(text, matched)
      .filter(({ hit }) => hit)
      .map((one) => one.text);

  it('is marked in all its forms, whatever its accents', () => {
    expect(hits('Two foxes, a Fox’s den and a foxglove', 'fox')).toEqual(['foxes', 'Fox’s']);
    expect(hits('A café by the CAFE', 'cafe')).toEqual(['café', 'CAFE']);
    expect(hits('happy, happily, happen', 'happiness', 'happi')).toEqual(['happy', 'happily']);
    expect(hits('an ant in a plant', 'an')).toEqual(['an']);
  });

  it('changes no letter of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string()), (text, matched) => {
        expect(
          highlight(text, matched)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('a misspelt word', () => {
  it('is told the nearest there is', () => {
    expect(nearest('lighthose', ['light', 'lighthouse', 'lightning'])).toBe('lighthouse');
    expect(nearest('fix', ['fox', 'forest'])).toBe('fox');
  });

  it('is left alone where nothing is near, and where it is right', () => {
    expect(nearest('fox', ['elephant'])).toBeNull();
    expect(nearest('fox', ['fox'])).toBeNull();
  });
});
