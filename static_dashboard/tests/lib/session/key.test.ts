import { afterEach, describe, expect, it, vi } from 'vitest';
import { isFramed } from '../../../src/lib/session/framed';
import { redeem, takeLink, takeSecrets } from '../../../src/lib/session/key';

function page(hash: string, search = '') {
  const seen: string[] = [];
  const history = { state: null, replaceState: (_: unknown, __: string, url: string) => seen.push(url) };
  const link = takeLink({ hash, search, pathname: '/' } as Location, history as unknown as History);
  return { link, seen };
}

describe('the key in the address', () => {
  it.each([
    ['#key=abc%2F1', 'abc/1', ''],
    ['#/?key=abc', 'abc', ''],
    ['#key=abc&/images/01J', 'abc', '#/images/01J'],
    ['#/images/01J?key=abc', 'abc', '#/images/01J'],
    ['#/images?key=abc&q=fox', 'abc', '#/images?q=fox'],
    ['#/images?q=fox&key=abc', 'abc', '#/images?q=fox'],
    ['#/create&key=abc', 'abc', '#/create'],
    ['#key=abc&key=def', 'abc', ''],
    ['#key=', null, ''],
  ])('is taken out of %s, wherever it is', (hash, key, rest) => {
    expect(takeSecrets(hash)).toEqual({ key, code: null, rest });
  });

  it.each(['#/images?q=key%3Dfox', '#/images?q=monkey=1', ''])('leaves %s alone', (hash) => {
    expect(takeSecrets(hash)).toEqual({ key: null, code: null, rest: hash });
  });

  it('leaves the address, also as a part of the query string', () => {
    expect(page('#key=abc')).toEqual({ link: { key: 'abc', code: null }, seen: ['/'] });
    expect(page('#/create', '?key=abc&a=1')).toEqual({ link: { key: 'abc', code: null }, seen: ['/?a=1#/create'] });
    expect(page('#sign-in=123')).toEqual({ link: { key: null, code: '123' }, seen: ['/'] });
    expect(page('#/create')).toEqual({ link: null, seen: [] });
  });
});

describe('a one-time code', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is exchanged for the key at the page’s own server', async () => {
    const fetched = vi.fn(() => Promise.resolve(Response.json({ key: 'abc' })));
    vi.stubGlobal('fetch', fetched);

    expect(await redeem('123', 'http://127.0.0.1:8080/')).toBe('abc');
    expect(fetched).toHaveBeenCalledWith(
      new URL('http://127.0.0.1:8080/local/sign-in'),
      expect.objectContaining({ method: 'POST', body: '{"code":"123"}' }),
    );
  });

  it('gives no key once it was used', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 410 })));

    expect(await redeem('123', 'http://127.0.0.1:8080/')).toBeNull();
  });
});

describe('a frame', () => {
  const inside = (hash: string) => ({ self: {}, top: {}, location: { hash } }) as unknown as Window;

  it('is noticed, except by the slideshow', () => {
    const alone = {} as Window;
    const top = { self: alone, top: alone, location: { hash: '' } } as unknown as Window;

    expect([isFramed(inside('')), isFramed(inside('#/images')), isFramed(inside('#/frame/owls'))]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isFramed(top)).toBe(false);
  });
});
