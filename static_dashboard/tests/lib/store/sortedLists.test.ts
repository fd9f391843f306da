import { describe, expect, it } from 'vitest';
import type { Api } from '../../../src/lib/api/calls';
import type { LibraryImage } from '../../../src/lib/api/types';
import { ImageList } from '../../../src/lib/store/list.svelte';
import { orderOf, withShuffle } from '../../../src/lib/store/order';
import { SequentialList } from '../../../src/lib/store/sequentialList';
import { image } from '../../image';

const answered = () => new Promise((resolve) => setTimeout(resolve));
const shown = (list: ImageList) =>
  Array.from({ length: list.length }, (_, index) => list.at(index)?.id ?? '?').join('');

/** The API of a search with these results, two a page; it records its requests. */
function serving(results: LibraryImage[]) {
  const asked: { q?: string; cursor?: string }[] = [];
  const api = {
    images: async (query: { q?: string; cursor?: string }) => {
      asked.push(query);
      const from = Number(query.cursor ?? 0);
      const next = from + 2 < results.length ? String(from + 2) : null;
      return { items: results.slice(from, from + 2), next_cursor: next, total: results.length };
    },
  } as unknown as Api;
  return { api, asked };
}

const results = ['B', 'E', 'A', 'D', 'C'].map((id) => image({ id, day: `2026-0${String(id.charCodeAt(0) - 64)}-01` }));

async function opened(q: string, to = 9) {
  const { api, asked } = serving(results);
  const list = new ImageList(api, q);
  await list.reload();
  list.loadRange(0, to);
  await answered();
  return { list, asked };
}

describe('the order of a query', () => {
  it.each([
    ['fox sort:oldest', 'oldest'],
    ['SORT:Rating', 'rating'],
    ['sort:random:7 fox', 'random'],
    ['fox', null],
    ['sort:newest', null],
    ['"a sort:oldest b"', null],
    ['sort:', null],
  ])('of %s is %s', (q, order) => {
    expect(orderOf(q)).toBe(order);
  });

  it('is random with a number of its own', () => {
    expect(withShuffle('fox sort:random', 7)).toBe('fox sort:random:7');
    expect(withShuffle('sort:random:3 "sort:random b"', 7)).toBe('sort:random:3 "sort:random b"');
  });
});

describe('a list in another order', () => {
  it('shows images in the order of the API, page after page', async () => {
    const { list, asked } = await opened('sort:rating');

    expect(shown(list)).toBe('BEADC');
    expect([list.ended, list.total]).toEqual([true, '5']);
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, '2', '4']);
  });

  it('has headings only where the order is by date', async () => {
    const { list: rated } = await opened('sort:rating');
    const { list: oldest } = await opened('sort:oldest', 2);

    expect(rated.days).toEqual([{ day: '', count: 5 }]);
    expect(oldest.days).toEqual([
      { day: '2026-02', count: 1 },
      { day: '2026-05', count: 1 },
    ]);
  });

  it('keeps a random order when it is loaded again', async () => {
    const { list, asked } = await opened('sort:random', 1);
    await list.reload();

    expect(asked).toHaveLength(2);
    expect(asked[0]?.q).toMatch(/^sort:random:\d+$/);
    expect(asked[1]?.q).toBe(asked[0]?.q);
  });

  it('finds the images beside another, loading the next page', async () => {
    const { list } = await opened('sort:rating', 2);

    expect([await list.beside('B', -1), await list.beside('E', -1), await list.beside('E', 1)]).toEqual([
      null,
      'B',
      'A',
    ]);
    expect(await list.beside('unknown', 1)).toBeNull();
  });

  it('reaches an image of a later page', async () => {
    const { list } = await opened('sort:rating', 2);

    expect(await list.reach('C')).toBe(4);
  });

  it('leaves a changed image in its place, and new images out', async () => {
    const { list } = await opened('sort:rating');

    list.apply([image({ id: 'A', rating: 5 }), image({ id: 'Z' })]);

    expect(shown(list)).toBe('BEADC');
    expect(list.get('A')?.rating).toBe(5);
    expect(list.waiting).toEqual([]);
  });

  it('returns restored neighbors to their places in any order', async () => {
    for (const order of ['BE', 'EB']) {
      const { list } = await opened('sort:rating');
      for (const id of ['B', 'E']) list.apply([image({ id, deleted_at: '2026-11-24T09:00:00Z' })]);

      for (const id of order) list.apply([image({ id })]);

      expect(shown(list)).toBe('BEADC');
    }
  });

  it('returns a restored image to its place', async () => {
    const { list } = await opened('sort:rating');

    list.apply([image({ id: 'E', deleted_at: '2026-11-24T09:00:00Z' })]);
    const without = shown(list);
    list.apply([image({ id: 'E' })]);

    expect([without, shown(list)]).toEqual(['BADC', 'BEADC']);
  });
});

describe('headings of a sequential list', () => {
  it('never return, so that each is there once', () => {
    const list = new SequentialList<{ id: string; day: string }>(({ day }) => day);
    const gap = { day: '', offset: 0, after: null, index: 0 };

    list.place(
      gap,
      [
        { id: '1', day: 'a' },
        { id: '2', day: 'b' },
        { id: '3', day: 'a' },
      ],
      true,
    );

    expect(list.days()).toEqual([
      { day: 'a', count: 1 },
      { day: 'b', count: 2 },
    ]);
  });
});
