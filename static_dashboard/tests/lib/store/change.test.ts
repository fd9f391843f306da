import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BulkAction, LibraryImage } from '../../../src/lib/api/types';
import { applied, inverse, type Change } from '../../../src/lib/store/change';
import { image } from '../../image';

const now = '2026-11-24T12:00:00Z';
const actions: BulkAction[] = [
  'favourite',
  'unfavourite',
  'rate',
  'tag',
  'untag',
  'approve',
  'unapprove',
  'trash',
  'restore',
];
const changes: fc.Arbitrary<Change> = fc.record({
  action: fc.constantFrom(...actions),
  tags: fc.uniqueArray(fc.constantFrom('night', 'fox', 'red'), { minLength: 1 }),
  rating: fc.integer({ min: 0, max: 5 }),
});
const images = fc.array(
  fc.record({
    favourite: fc.boolean(),
    rating: fc.integer({ min: 0, max: 5 }),
    tags: fc.uniqueArray(fc.constantFrom('night', 'Fox', 'snow')),
    approved_at: fc.constantFrom(null, '2026-01-01T00:00:00Z'),
    deleted_at: fc.constantFrom(null, '2026-01-01T00:00:00Z'),
  }),
  { maxLength: 8 },
);
const state = ({ favourite, rating, tags, approved_at, deleted_at }: LibraryImage) => ({
  favourite,
  rating,
  tags: [...tags].sort(),
  approved: approved_at !== null,
  trashed: deleted_at !== null,
});

describe('a change to several images', () => {
  it('is undone exactly by its inverse, whatever the state of each image was', () => {
    fc.assert(
      fc.property(changes, images, (change, some) => {
        const before = some.map((one, index) => image({ id: String(index), ...one }));
        const after = new Map(before.map((one) => [one.id, applied(one, change, now)]));

        for (const part of inverse(change, before)) {
          for (const id of part.ids) after.set(id, applied(after.get(id) as LibraryImage, part.change, now));
        }

        expect([...after.values()].map(state)).toEqual(before.map(state));
      }),
    );
  });

  it('needs no undo for what was the case already, and has none for deleted images', () => {
    expect(inverse({ action: 'favourite' }, [image({ id: 'A', favourite: true })])).toEqual([]);
    expect(inverse({ action: 'purge' }, [image({ id: 'A' })])).toEqual([]);
    expect(inverse({ action: 'regenerate' }, [image({ id: 'A' })])).toEqual([]);
  });

  it('groups its undo, so that a hundred ratings are a few calls', () => {
    const before = Array.from({ length: 100 }, (_, n) => image({ id: String(n), rating: n % 2 }));

    expect(
      inverse({ action: 'rate', rating: 4 }, before).map(({ change, ids }) => [change.rating, ids.length]),
    ).toEqual([
      [0, 50],
      [1, 50],
    ]);
  });
});
