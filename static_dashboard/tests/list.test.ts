import { describe, expect, it } from 'vitest';
import type { Api } from '../src/api/calls';
import type { Picture } from '../src/api/types';
import { PictureList } from '../src/library/list.svelte';
import { picture } from './picture';

const ids = (list: PictureList) => list.items.map((one) => one.id).join('');

/** The API of a library with these pictures, newest first; it remembers what it was asked. */
function serving(pictures: Picture[], size = 2) {
  const asked: Record<string, unknown>[] = [];
  const api = {
    pictures: async (query: { cursor?: string; after?: string }) => {
      asked.push(query);
      const from = pictures.filter(({ id }) => !(query.cursor !== undefined && id >= query.cursor) && !(query.after !== undefined && id <= query.after));
      const items = from.slice(0, size);
      return { items, next_cursor: from.length > size ? (items.at(-1)?.id ?? null) : null, total: pictures.length };
    },
  } as unknown as Api;
  return { api, asked };
}

const library = ['E', 'D', 'C', 'B', 'A'].map((id) => picture({ id }));

describe('a list of pictures', () => {
  it('loads page after page by cursor until there is none', async () => {
    const { api, asked } = serving(library);
    const list = new PictureList(api, '');

    await list.reload();
    await list.more();
    await list.more();
    await list.more();

    expect(ids(list)).toBe('EDCBA');
    expect(list.ended).toBe(true);
    expect(asked.map(({ cursor }) => cursor)).toEqual([undefined, 'D', 'B']);
  });

  it('shows an arrival at once while its reader is at the top', async () => {
    const arrived: string[] = [];
    const list = new PictureList(serving(library).api, '', false, (some) => arrived.push(...some));
    await list.reload();

    list.notice([picture({ id: 'F' })]);

    expect(ids(list)).toBe('FED');
    expect(arrived).toEqual(['F']);
    expect(list.total).toBe('6');
  });

  it('lets arrivals wait above while its reader is elsewhere', async () => {
    const list = new PictureList(serving(library).api, '');
    await list.reload();
    list.atTop = false;

    list.notice([picture({ id: 'F' })]);
    const before = ids(list);
    list.showWaiting();

    expect(before).toBe('ED');
    expect(ids(list)).toBe('FED');
  });

  it('asks the service which arrivals a search finds', async () => {
    const more = [...library];
    const { api, asked } = serving(more);
    const list = new PictureList(api, 'fox');
    await list.reload();
    more.unshift(picture({ id: 'G' }));

    list.notice([picture({ id: 'F' }), picture({ id: 'G' })]);
    await new Promise((resolve) => setTimeout(resolve));

    expect(asked.at(-1)).toMatchObject({ q: 'fox', after: 'E' });
    expect(ids(list)).toBe('GED');
  });

  it('loses a picture to the trash and takes it back in its place', async () => {
    const list = new PictureList(serving(library, 9).api, '');
    await list.reload();

    list.notice([picture({ id: 'C', deleted_at: '2026-11-24T08:00:00Z' })]);
    const without = ids(list);
    list.notice([picture({ id: 'C' })]);

    expect(without).toBe('EDBA');
    expect(ids(list)).toBe('EDCBA');
  });

  it('leaves what belongs further down to its own page', async () => {
    const list = new PictureList(serving(library).api, '');
    await list.reload();

    list.notice([picture({ id: 'B' })]);

    expect(ids(list)).toBe('ED');
  });

  it('finds the neighbours of a picture, loading more at its end', async () => {
    const list = new PictureList(serving(library).api, '');
    await list.reload();

    expect(await list.beside('E', -1)).toBeNull();
    expect(await list.beside('D', 1)).toBe('C');
    expect(await list.beside('D', -1)).toBe('E');
  });

  it('finds the neighbours of a picture that has just left it', async () => {
    const list = new PictureList(serving(library, 9).api, '');
    await list.reload();

    list.drop('C');

    expect(await list.beside('C', 1)).toBe('B');
    expect(await list.beside('C', -1)).toBe('D');
  });

  it('keeps what it has when loading more fails, and says so', async () => {
    const { api } = serving(library);
    const list = new PictureList(api, '');
    await list.reload();
    api.pictures = () => Promise.reject(new Error('down'));

    await list.more();

    expect(ids(list)).toBe('ED');
    expect(list.status).toBe('failed');
  });

  it('keeps an address that still works, so that nothing is downloaded twice', async () => {
    const far = new Date(Date.now() + 3_600_000).toISOString();
    const list = new PictureList(serving([picture({ id: 'A', urls_expire_at: far })]).api, '');
    await list.reload();

    list.update(picture({ id: 'A', thumbnail_url: 'https://store/other', favourite: true }));

    expect(list.items[0]).toMatchObject({ favourite: true, thumbnail_url: 'https://store/A.webp' });
  });
});
