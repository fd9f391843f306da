import { describe, expect, it } from 'vitest';
import type { Api } from '../../../src/lib/api/calls';
import { ImageList } from '../../../src/lib/store/list.svelte';
import { withOrder } from '../../../src/lib/store/order';
import { Playback } from '../../../src/pages/playback/playback.svelte';
import { secondsFrom } from '../../../src/pages/playback/seconds';
import { image } from '../../image';

const NOW = Date.parse('2026-11-24T08:30:00Z');

/** A slideshow of these images, newest first; files that contain a name in `broken` can't be decoded. */
function playing(ids: string[], { now = NOW, broken = [] as string[] } = {}) {
  const images = ids.map((id) => image({ id }));
  const decoded: string[] = [];
  const fetched: string[] = [];
  const api = { images: async () => ({ items: images, next_cursor: null, total: images.length }) } as unknown as Api;
  const list = new ImageList(api, 'fox');
  const playback = new Playback({
    list,
    fetch: async (id) => {
      fetched.push(id);
      return image({ id, original_url: `https://store/${id}.png?new`, urls_expire_at: '2027-01-01T00:00:00Z' });
    },
    decode: async (src) => {
      decoded.push(src);
      if (broken.some((id) => src.includes(id))) throw new Error('The file is broken.');
    },
    now: () => now,
  });
  return { playback, decoded, fetched };
}

describe('the slideshow of a list', () => {
  it('goes through the list in a circle, in both directions', async () => {
    const { playback } = playing(['C', 'B', 'A']);
    const seen: (string | undefined)[] = [];

    await playback.start(null);
    for (const step of [1, 1, 1, -1] as const) {
      seen.push(playback.shown?.image.id);
      await playback.step(step);
    }

    expect(seen).toEqual(['C', 'B', 'A', 'C']);
    expect(playback.shown?.image.id).toBe('A');
  });

  it('begins with the image that was chosen', async () => {
    const { playback } = playing(['C', 'B', 'A']);

    await playback.start('B');

    expect(playback.shown?.image.id).toBe('B');
  });

  it('loads the next image once, before its turn', async () => {
    const { playback, decoded } = playing(['C', 'B', 'A']);

    await playback.start(null);
    const before = [...decoded];
    await playback.step(1);

    expect(before).toEqual(['https://store/C.png', 'https://store/B.png']);
    expect(decoded).toEqual(['https://store/C.png', 'https://store/B.png', 'https://store/A.png']);
  });

  it('requests an image again whose URL has expired', async () => {
    const { playback, fetched } = playing(['C'], { now: Date.parse('2026-11-24T09:00:00Z') });

    await playback.start(null);

    expect(fetched).toEqual(['C']);
    expect(playback.shown?.src).toBe('https://store/C.png?new');
  });

  it('keeps the image while the next one can’t be loaded, and passes over that one', async () => {
    const { playback } = playing(['C', 'B', 'A'], { broken: ['B'] });

    await playback.start(null);
    await playback.step(1);
    const kept = [playback.shown?.image.id, playback.error instanceof Error];
    await playback.step(1);

    expect(kept).toEqual(['C', true]);
    expect([playback.shown?.image.id, playback.error]).toEqual(['A', null]);
  });

  it('of an empty list waits for its first image', async () => {
    const { playback } = playing([]);

    await playback.start(null);
    const before = playback.steps;
    await playback.step(1);

    expect(playback.empty).toBe(true);
    expect(playback.steps).toBe(before + 1);
  });

  it('changes the order of a query, and nothing else of it', () => {
    expect(withOrder('fox sort:"oldest" tag:"red fox"', 'random')).toBe('fox tag:"red fox" sort:random');
    expect(withOrder('fox sort:random:7', 'newest')).toBe('fox');
    expect(withOrder('', 'oldest')).toBe('sort:oldest');
  });

  it('shows an image for 10 seconds unless another number of the choices is stored', () => {
    expect([null, '5', '7', 'NaN', '300'].map(secondsFrom)).toEqual([10, 5, 10, 10, 300]);
  });
});
