import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { following, readFeed } from '../../../src/pages/slideshow/feed';
import { slideshowRoute } from '../../../src/pages/slideshow/route';

describe('the address of a frame', () => {
  it('names a published schedule, and how long each image is shown', () => {
    expect(slideshowRoute('#/frame/animals')).toEqual({ slug: 'animals', seconds: 30, captions: true });
    expect(slideshowRoute('#/frame/night-postcards?seconds=90&captions=off')).toEqual({
      slug: 'night-postcards',
      seconds: 90,
      captions: false,
    });
    expect(slideshowRoute('#/frame/animals?seconds=0')?.seconds).toBe(3);
    expect(slideshowRoute('#/frame/animals?seconds=soon')?.seconds).toBe(30);
  });

  it('leads nowhere else', () => {
    expect(['#/images', '', '#/frame/', '#/frame/../secrets', '#/frame/A', '#/frame/a/b'].map(slideshowRoute)).toEqual(
      Array(6).fill(null),
    );
  });
});

describe('a feed', () => {
  const FEED = 'https://wall.example/p/animals/feed.json';
  const item = (own: object = {}) => ({
    image: 'https://elsewhere.example/p/animals/01ABC.webp',
    title: 'Curious fox',
    summary: 'A fox.',
    date_published: '2026-11-24T09:00:00+00:00',
    _auto_image_gen: { average_colour: '#a0b1c2' },
    ...own,
  });

  it('is read beside itself, by whatever name the page was reached', () => {
    expect(readFeed({ items: [item()] }, FEED)).toEqual([
      {
        id: '01ABC',
        address: 'https://wall.example/p/animals/01ABC.webp',
        title: 'Curious fox',
        alt: 'A fox.',
        color: '#a0b1c2',
        at: '2026-11-24T09:00:00+00:00',
      },
    ]);
  });

  it('leaves out what is no image of ours', () => {
    const items = [
      item({ image: 'https://x.example/evil.svg' }),
      item({ image: 7 }),
      null,
      item({ _auto_image_gen: null, title: 3 }),
    ];

    expect(readFeed({ items }, FEED).map(({ title, color }) => [title, color])).toEqual([['', '']]);
  });

  it('that is none is an error, not an empty slideshow', () => {
    for (const wrong of [null, [], {}, { items: 'no' }, 'text'])
      expect(() => readFeed(wrong, FEED)).toThrow('The feed is empty.');
  });
});

describe('the next image', () => {
  it('is a new one at once, then all in turn', () => {
    const seen = new Set(['a', 'b', 'c']);

    expect(following(['new', 'a', 'b', 'c'], 'a', seen)).toBe('new');
    expect(following(['a', 'b', 'c'], 'a', seen)).toBe('b');
    expect(following(['a', 'b', 'c'], 'c', seen)).toBe('a');
    expect(following(['a', 'b', 'c'], 'gone', seen)).toBe('a');
    expect(following([], 'a', seen)).toBeNull();
  });

  it('leaves none out, however many there are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 20 }), (ids) => {
        const seen = new Set<string>();
        let shown: string | null = null;
        for (let turn = 0; turn < ids.length; turn += 1) {
          shown = following(ids, shown, seen);
          if (shown !== null) seen.add(shown);
        }

        expect(seen.size).toBe(ids.length);
      }),
    );
  });
});
