import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highlight } from '../../../src/lib/text/highlight';

describe('what a search matched', () => {
  const hits = (text: string, ...matched: string[]) =>
    highlight(text, matched)
      .filter(({ hit }) => hit)
      .map((one) => one.text);

  it('is marked in all its forms, whatever its accents', () => {
    expect(hits('Two foxes, a Fox’s den and a foxglove', 'fox')).toEqual(['foxes', 'Fox’s']);
    expect(hits('A café by the CAFE', 'cafe')).toEqual(['café', 'CAFE']);
    expect(hits('wa\u00adter in Tromsø and Łódź', 'water', 'tromso', 'lodz')).toEqual([
      'wa\u00adter',
      'Tromsø',
      'Łódź',
    ]);
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
