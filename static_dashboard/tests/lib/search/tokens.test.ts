import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldToken, finished, joined, tokens, unfinished } from '../../../src/lib/search/tokens';

describe('a search as chips', () => {
  it('tells words, fields and negations apart', () => {
    expect(tokens('fox -snow tag:"neon city" rating:>3')).toMatchObject([
      { kind: 'word', not: false, value: 'fox' },
      { kind: 'word', not: true, value: 'snow' },
      { kind: 'field', not: false, field: 'tag', value: 'neon city' },
      { kind: 'field', not: false, field: 'rating', value: '>3' },
    ]);
  });

  it('keeps what was typed, so that a chip can be edited', () => {
    expect(tokens('-tag:"city at night"')[0]?.text).toBe('-tag:"city at night"');
  });

  it('takes an unknown field for a word, since only the server knows all fields', () => {
    expect(tokens('http://fox')[0]).toMatchObject({ kind: 'word', value: 'http://fox' });
  });

  it('keeps alternatives, parentheses, and operators together', () => {
    const texts = (q: string) => tokens(q).map((token) => token.text);

    expect(texts('fox OR owl  snow')).toEqual(['fox OR owl snow']);
    expect(texts('(fox  tag:"neon (city" owl) -(snow rain) NOT fog')).toEqual([
      '(fox tag:"neon (city" owl)',
      '-(snow rain)',
      'NOT fog',
    ]);
    expect(texts('fox AND owl or "OR"')).toEqual(['fox', 'AND owl', 'or', '"OR"']);
    expect(texts('before:2026-11')).toEqual(['before:2026-11']);
    expect(tokens('before:2026-11')[0]?.kind).toBe('field');
  });

  it('loses nothing of any query between chips and text', () => {
    const squeezed = (q: string) => q.replace(/\s+/g, ' ').trim();
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }).filter((q) => !q.includes('"')),
        (q) => {
          expect(joined(tokens(q).map((token) => token.text))).toBe(squeezed(q));
        },
      ),
    );
  });

  it('waits while a field, a minus or a quotation is still open', () => {
    expect(['tag:', 'fox -', 'tag:"neon'].map(unfinished)).toEqual([true, true, true]);
    expect(['tag:night', 'fox', '', '"red fox"'].map(unfinished)).toEqual([false, false, false, false]);
    expect(['fox tag:', 'red (fox', 'fox -', 'tag:"neon', 'fox'].map(finished).map((text) => text.trim())).toEqual([
      'fox',
      'red',
      'fox',
      '',
      'fox',
    ]);
  });

  it('quotes a value with spaces', () => {
    expect(fieldToken('tag', 'neon city')).toBe('tag:"neon city"');
    expect(fieldToken('schedule', '01J')).toBe('schedule:01J');
  });
});
