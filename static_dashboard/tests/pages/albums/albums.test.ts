import { describe, expect, it } from 'vitest';
import type { Api } from '../../../src/lib/api/calls';
import type { App } from '../../../src/lib/app.svelte';
import { format, parse } from '../../../src/lib/router/route';
import { albumQuery } from '../../../src/lib/store/albums.svelte';
import { applied, inverse } from '../../../src/lib/store/change';
import { ImageList } from '../../../src/lib/store/list.svelte';
import { dropTarget, targetOf, type Step } from '../../../src/pages/albums/moves';
import { sizeText } from '../../../src/pages/albums/sizeText';
import { Sorting } from '../../../src/pages/albums/sorting.svelte';
import { image } from '../../image';

const ids = (list: ImageList) =>
  list
    .head(99)
    .map(({ id }) => id)
    .join('');

/** An album with these images in its order, of which `size` are loaded. */
async function album(names: string, size = names.length) {
  const images = [...names].map((id) => image({ id }));
  const api = {
    images: async ({ cursor = '0' }: { cursor?: string }) => {
      const from = Number(cursor);
      const next = from + size < images.length ? String(from + size) : null;
      return { items: images.slice(from, from + size), next_cursor: next, total: images.length };
    },
  } as unknown as Api;
  const list = new ImageList(api, 'album:X sort:album');
  await list.reload();
  return list;
}

describe('moving images within an album', () => {
  it.each<[string, Step, string | null | undefined]>([
    ['C', 'start', 'A'],
    ['C', 'earlier', 'B'],
    ['C', 'later', 'E'],
    ['D', 'later', null],
    ['E', 'later', undefined],
    ['A', 'earlier', undefined],
    ['A', 'start', undefined],
    ['BC', 'earlier', 'A'],
    ['BD', 'earlier', 'A'],
    ['B', 'end', null],
  ])('finds where %s goes by “%s”', async (moved, step, before) => {
    const list = await album('ABCDE');

    expect(await targetOf(list, [...moved], step)).toBe(before);
  });

  it('drops images before or after the tile under the pointer, past those that are dragged', async () => {
    const list = await album('ABCDE');

    expect(dropTarget(list, ['A'], 'C', 'first')).toBe('C');
    expect(dropTarget(list, ['A'], 'C', 'second')).toBe('D');
    expect(dropTarget(list, ['D'], 'C', 'second')).toBe('E');
    expect(dropTarget(list, ['A'], 'E', 'second')).toBe(null);
    expect(dropTarget(list, ['A'], 'gone', 'first')).toBe(undefined);
  });

  it('shows a move at once and sends it in the order of the album', async () => {
    const list = await album('ABCDE');
    const sent: unknown[] = [];
    const app = {
      session: { api: { moveInAlbum: async (...args: unknown[]) => (sent.push(args), { done: [], failed: [] }) } },
      toasts: {},
    } as unknown as App;
    const sorting = new Sorting(app, 'X', () => list);

    await sorting.move(['D', 'B'], 'A');

    expect(ids(list)).toBe('BDACE');
    expect(sent).toEqual([['X', ['B', 'D'], 'A']]);
    expect(sorting.announced).toBe('Position 1');
  });

  it('loads the album again if a move fails, and says why', async () => {
    const list = await album('ABC');
    const warned: string[] = [];
    const failed = [{ id: 'C', error: 'Load the album again.' }];
    const app = {
      session: { api: { moveInAlbum: async () => ({ done: [], failed }) } },
      toasts: { warn: (text: string) => warned.push(text) },
    } as unknown as App;

    await new Sorting(app, 'X', () => list).move(['C'], 'A');

    expect(ids(list)).toBe('ABC');
    expect(warned).toEqual(['1 image wasn’t moved: Load the album again.']);
  });

  it('to an end that isn’t loaded hides the image until its page comes', async () => {
    const list = await album('ABCDE', 2);

    list.move(['A'], null);

    expect([ids(list), list.ended]).toEqual(['B', false]);
  });
});

describe('an album', () => {
  it('is listed in its order if it is made by hand', () => {
    expect(albumQuery({ id: 'X', q: null })).toBe('album:X sort:album');
    expect(albumQuery({ id: 'X', q: 'fox' })).toBe('album:X');
  });

  it('has a size as text', () => {
    expect(sizeText({ total: 1, total_text: null })).toBe('1 image');
    expect(sizeText({ total: null, total_text: '1,000+' })).toBe('1,000+ images');
    expect(sizeText({ total: null, total_text: null })).toBe('Its search isn’t valid anymore.');
  });

  it('has an address, also with an image in it', () => {
    for (const hash of ['#/albums', '#/albums/X', '#/albums/X/01J']) expect(format(parse(hash))).toBe(hash);
    expect(parse('#/albums/X/01J')).toEqual({ page: 'album', id: 'X', image: '01J' });
  });

  it('takes and loses images, and undo leaves those in it that were there before', () => {
    const inside = image({ id: 'A', places: [{ album: 'X', position: '1' }] });
    const outside = image({ id: 'B' });
    const added = { action: 'add_to_album', album: 'X' } as const;
    const removed = { action: 'remove_from_album', album: 'X' } as const;

    expect([inside, outside].map((one) => applied(one, added, '').places.length)).toEqual([1, 1]);
    expect(applied(inside, removed, '').places).toEqual([]);
    expect(inverse(added, [inside, outside])).toEqual([{ change: removed, ids: ['B'] }]);
    expect(inverse(removed, [inside, outside])).toEqual([{ change: added, ids: ['A'] }]);
  });
});
