import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareImages, markDifferences } from '../../../src/pages/compare/differences';
import { image } from '../../image';

describe('compared images', () => {
  it('have the parameters that differ, texts before numbers, and the names of the identical ones', () => {
    const some = [
      image({ id: 'A', seed: 1, steps: 20 }),
      image({ id: 'B', seed: 2, steps: 20, prompt: 'a fox at night' }),
    ];

    const { differing, identical } = compareImages(some);

    expect(differing.map(({ name, values }) => [name, ...values])).toEqual([
      ['Prompt', 'a fox in the snow', 'a fox at night'],
      ['Seed', '1', '2'],
    ]);
    expect(identical).toEqual(expect.arrayContaining(['Model', 'Size', 'Steps']));
  });

  it('have the words marked that another text lacks', () => {
    const [first, second] = markDifferences(['a red fox, in snow', 'a fox in the snow']);
    const hits = (pieces: typeof first) => pieces?.filter(({ hit }) => hit).map(({ text }) => text);

    expect([hits(first), hits(second)]).toEqual([['red'], ['the']]);
  });

  it('keep every character of their texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), (texts) => {
        expect(markDifferences(texts).map((pieces) => pieces.map(({ text }) => text).join(''))).toEqual(texts);
      }),
    );
  });
});
