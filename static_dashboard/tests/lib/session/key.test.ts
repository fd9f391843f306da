import { describe, expect, it } from 'vitest';
import { adoptKey, takeKey } from '../../../src/lib/session/key';

function store(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  } as Storage;
}

describe('the key in the address', () => {
  it('is taken out of the fragment, whatever stands beside it', () => {
    expect(takeKey('#key=abc%2F1')).toEqual({ key: 'abc/1', rest: '' });
    expect(takeKey('#/?key=abc')).toEqual({ key: 'abc', rest: '' });
    expect(takeKey('#key=abc&/images/01J')).toEqual({ key: 'abc', rest: '#/images/01J' });
  });

  it('leaves other fragments alone', () => {
    expect(takeKey('#/images?q=key%3Dfox')).toEqual({ key: null, rest: '#/images?q=key%3Dfox' });
    expect(takeKey('')).toEqual({ key: null, rest: '' });
  });

  it('is kept for the next visit and cleared from the address', () => {
    const kept = store();
    const seen: string[] = [];
    const history = {
      state: null,
      replaceState: (_: unknown, __: string, url: string) => seen.push(url),
    } as unknown as History;

    const first = adoptKey({ hash: '#key=abc', pathname: '/', search: '' } as Location, history, kept);
    const second = adoptKey({ hash: '#/create', pathname: '/', search: '' } as Location, history, kept);

    expect([first, second]).toEqual(['abc', 'abc']);
    expect(seen).toEqual(['/']);
  });

  it('survives a browser that forbids storage, for as long as the page lasts', () => {
    const forbidden = {
      getItem: () => {
        throw new Error('forbidden');
      },
      setItem: () => {
        throw new Error('forbidden');
      },
    } as unknown as Storage;
    const history = { state: null, replaceState: () => {} } as unknown as History;

    const key = adoptKey({ hash: '#key=abc', pathname: '/', search: '' } as Location, history, forbidden);

    expect(key).toBe('abc');
  });
});
