import { expect, it } from 'vitest';
import { variantsOf } from '../../../src/pages/viewer/seedVariants';
import { image } from '../../image';

it('counts as seeds of one prompt only what differs in nothing else', () => {
  const one = image({ id: 'B', seed: 2 });
  const others = [image({ id: 'A', seed: 1 }), image({ id: 'C', seed: 3, steps: 4 }), image({ id: 'D', seed: 4 }), one];

  expect(variantsOf(one, others).map(({ id }) => id)).toEqual(['A', 'B', 'D']);
});
