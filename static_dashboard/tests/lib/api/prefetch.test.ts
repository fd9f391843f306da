import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { prefetch, takePrefetched } from '../../../src/lib/api/prefetch';

const asked: Request[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { baseURI: 'https://pages.example/' });
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push(new Request(url, init));
    return Promise.resolve(new Response(url));
  });
});

afterEach(() => {
  vi.runAllTimers(); // nothing begun is left for the next test
  vi.useRealTimers();
  vi.unstubAllGlobals();
  asked.length = 0;
});

describe('what is asked for before there is a client', () => {
  it('is asked with the key, and taken up once', async () => {
    prefetch('/api/', 'secret', ['/config']);

    const answer = await takePrefetched(new Request('https://pages.example/api/config'));

    expect(asked.map(({ url, headers }) => [url, headers.get('Authorization')])).toEqual([
      ['https://pages.example/api/config', 'Bearer secret'],
    ]);
    expect(await answer?.text()).toBe('https://pages.example/api/config');
    expect(takePrefetched(new Request('https://pages.example/api/config'))).toBeUndefined();
  });

  it('answers neither another address nor a change', () => {
    prefetch('https://api.example/api', 'secret', ['/images?q=&limit=60']);

    expect(takePrefetched(new Request('https://api.example/api/images?q=fox&limit=60'))).toBeUndefined();
    expect(
      takePrefetched(new Request('https://api.example/api/images?q=&limit=60', { method: 'POST' })),
    ).toBeUndefined();
  });

  it('is forgotten after half a minute', () => {
    prefetch('https://api.example/api', 'secret', ['/config']);
    vi.advanceTimersByTime(31_000);

    expect(takePrefetched(new Request('https://api.example/api/config'))).toBeUndefined();
  });
});
