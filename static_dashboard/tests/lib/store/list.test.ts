import { describe, expect, it } from 'vitest';
import type { Api } from '../../../src/lib/api/calls';
import type { LibraryImage } from '../../../src/lib/api/types';
import { ImageList } from '../../../src/lib/store/list.svelte';
import { idAt } from '../../../src/lib/store/ulid';
import { image } from '../../image';

const ids = (list: ImageList) =>
  list
    .head(99)
    .map((one) => one.id)
    .join('');
const answered = () => new Promise((resolve) => setTimeout(resolve));

/** The API of a library with these images, newest first; it records its requests. */
function serving(images: LibraryImage[], size = 2) {
  const asked: Record<string, unknown>[] = [];
  const api = {
    images: async (query: { cursor?: string; before?: string; after?: string; limit: number }) => {
      asked.push(query);
      const { cursor = query.before, after } = query;
      const from = images.filter(
        ({ id }) => !(cursor !== undefined && id >= cursor) && !(after !== undefined && id <= after),
      );
      if (after !== undefined) return { items: from.slice(-query.limit), next_cursor: null };
      const items = from.slice(0, size);
      return { items, next_cursor: from.length > size ? (items.at(-1)?.id ?? null) : null, total: images.length };
    },
  } as unknown as Api;
  return { api, asked };
}

const library = ['E', 'D', 'C', 'B', 'A'].map((id) => image({ id }));

describe('a list of images', () => {
  it('loads page after page by cursor as far as it is looked at, until there is none', async () => {
    const { api, asked } = serving(library);
    const list = new ImageList(api, '');

    await list.reload();
    list.loadRange(0, 3);
    await answered();
    const before = [ids(list), list.ended];
    list.loadRange(3, 9);
    await answered();

    expect(before).toEqual(['EDCB', false]);
    expect(ids(list)).toBe('EDCBA');
    expect(list.ended).toBe(true);
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, 'D', 'B']);
  });

  it('goes straight to a day of which nothing is here, once it knows how many each day has', async () => {
    const days = ['2026-11-24', '2026-11-22', '2026-11-20'];
    const some = days.flatMap((day) =>
      [9, 8, 7].map((hour) => image({ id: `${idAt(Date.parse(`${day}T0${hour}:00:00Z`)).slice(0, 25)}1`, day })),
    );
    const { api, asked } = serving(some, 2);
    const list = new ImageList(api, '');
    await list.reload();

    list.setCounts(
      days.map((day) => ({ day, count: 3 })),
      'Europe/Berlin',
    );
    list.loadRange(6, 8);
    await answered();

    expect(asked.at(-1)).toMatchObject({ before: idAt(Date.parse('2026-11-20T23:00:00Z')) });
    expect([list.length, list.at(3), list.at(6), list.at(7)]).toEqual([9, undefined, some[6], some[7]]);
  });

  it('finds the place of an image that is not loaded, such as one that a link leads to', async () => {
    const day = '2026-11-20';
    const some = Array.from({ length: 9 }, (_, n) => image({ id: idAt(Date.parse(`${day}T12:00:00Z`) - n), day }));
    const list = new ImageList(serving(some, 2).api, '');
    await list.reload();
    list.setCounts([{ day, count: 9 }], 'UTC');

    expect(await list.reach(some[7]?.id ?? '')).toBe(7);
    expect(await list.reach(idAt(0))).toBe(-1);
  });

  it('counts a timeline without what waits above', async () => {
    const list = new ImageList(serving(library, 9).api, '');
    await list.reload();
    list.atTop = false;
    list.apply([image({ id: 'F' })]);

    list.setCounts([{ day: '2026-11-24', count: 6 }], 'UTC');
    const before = list.length;
    list.showWaiting();

    expect([before, list.length, ids(list)]).toEqual([5, 6, 'FEDCBA']);
  });

  it('shows an arrival at once while its reader is at the top', async () => {
    const arrived: string[] = [];
    const list = new ImageList(serving(library).api, '', false, (some) => arrived.push(...some));
    await list.reload();

    list.apply([image({ id: 'F' })]);

    expect(ids(list)).toBe('FED');
    expect(arrived).toEqual(['F']);
    expect(list.total).toBe('6');
  });

  it('lets arrivals wait above while its reader is elsewhere', async () => {
    const list = new ImageList(serving(library).api, '');
    await list.reload();
    list.atTop = false;

    list.apply([image({ id: 'F' })]);
    const before = ids(list);
    list.showWaiting();

    expect(before).toBe('ED');
    expect(ids(list)).toBe('FED');
  });

  it('asks the service which arrivals a search finds', async () => {
    const more = [...library];
    const { api, asked } = serving(more);
    const list = new ImageList(api, 'fox');
    await list.reload();
    more.unshift(image({ id: 'G' }));

    list.apply([image({ id: 'F' }), image({ id: 'G' })]);
    await answered();

    expect(asked.at(-1)).toMatchObject({ q: 'fox', after: 'E' });
    expect(ids(list)).toBe('GED');
  });

  it('shows the images of a job that was overtaken by a later one', async () => {
    const at = (minute: number) => `${idAt(Date.UTC(2026, 10, 24, 8, minute)).slice(0, 25)}1`;
    const more = [at(30), at(10)].map((id) => image({ id }));
    const { api } = serving(more);
    const list = new ImageList(api, 'fox');
    await list.reload();
    const late = image({ id: at(20) });
    more.splice(1, 0, late);

    list.apply([late]);
    await answered();

    expect(list.head(9).map(({ id }) => id)).toEqual([at(30), at(20), at(10)]);
  });

  it('requests nothing for a change of an older image', async () => {
    const { api, asked } = serving(library);
    const list = new ImageList(api, 'fox');
    await list.reload();
    const before = asked.length;

    list.apply([image({ id: 'B', rating: 4, updated_at: '2026-11-25T08:00:00Z' })]);
    await answered();

    expect(asked).toHaveLength(before);
  });

  it('removes an image that is moved to trash and puts it back in its place', async () => {
    const list = new ImageList(serving(library, 9).api, '');
    await list.reload();

    list.apply([image({ id: 'C', deleted_at: '2026-11-24T08:00:00Z' })]);
    const without = ids(list);
    list.apply([image({ id: 'C' })]);

    expect(without).toBe('EDBA');
    expect(ids(list)).toBe('EDCBA');
  });

  it('leaves what belongs further down to its own page', async () => {
    const list = new ImageList(serving(library).api, '');
    await list.reload();

    list.apply([image({ id: 'B' })]);

    expect(ids(list)).toBe('ED');
  });

  it('finds the neighbors of an image, loading more at its end', async () => {
    const list = new ImageList(serving(library).api, '');
    await list.reload();

    expect(await list.beside('E', -1)).toBeNull();
    expect(await list.beside('D', 1)).toBe('C');
    expect(await list.beside('D', -1)).toBe('E');
  });

  it('finds the neighbors of an image that has just left it', async () => {
    const list = new ImageList(serving(library, 9).api, '');
    await list.reload();

    list.drop('C');

    expect(await list.beside('C', 1)).toBe('B');
    expect(await list.beside('C', -1)).toBe('D');
  });

  it('keeps what it has when loading more fails, and says so', async () => {
    const { api } = serving(library);
    const list = new ImageList(api, '');
    await list.reload();
    api.images = () => Promise.reject(new Error('down'));

    list.loadRange(0, 4);
    await answered();

    expect(ids(list)).toBe('ED');
    expect(list.status).toBe('failed');
  });

  it('keeps an address that still works, so that nothing is downloaded twice', async () => {
    const far = new Date(Date.now() + 3_600_000).toISOString();
    const list = new ImageList(serving([image({ id: 'A', urls_expire_at: far })]).api, '');
    await list.reload();

    list.update(image({ id: 'A', thumbnail_url: 'https://store/other', favourite: true }));

    expect(list.at(0)).toMatchObject({ favourite: true, thumbnail_url: 'https://store/A.webp' });
  });
});
