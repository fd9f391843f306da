import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keptKey } from '../../../src/lib/session/key';
import { Session } from '../../../src/lib/session/session.svelte';

const PLACE = 'auto-image-gen.key';
const PAGE = 'http://127.0.0.1:8080/';

function store(key?: string): Storage {
  const kept = new Map<string, string>(key === undefined ? [] : [[PLACE, key]]);
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  } as Storage;
}

/** An API that knows some keys by the names of their users. */
function serve(names: Record<string, string>): void {
  vi.stubGlobal('fetch', (request: Request) => {
    const key = request.headers.get('Authorization')?.replace('Bearer ', '') ?? '';
    const name = names[key];
    if (name !== undefined) return Promise.resolve(Response.json({ name, role: 'editor' }));
    return Promise.resolve(Response.json({ error: { code: 'unauthorized', message: 'No.' } }, { status: 401 }));
  });
}

describe('a link with a key', () => {
  beforeEach(() => serve({ mine: 'ada', other: 'eve' }));
  afterEach(() => vi.unstubAllGlobals());

  it('never overwrites a key that works: it is offered, and the user decides', async () => {
    const kept = store('mine');
    const session = new Session('http://api.test', 'mine', kept, store());

    await session.follow({ key: 'other', code: null }, PAGE);

    expect([session.key, keptKey(kept), session.offering]).toEqual(['mine', 'mine', true]);
    expect(session.offered?.config.name).toBe('eve');
    session.acceptOffer();
    expect(keptKey(kept)).toBe('other');
  });

  it('changes nothing if its key doesn’t work', async () => {
    const kept = store('mine');
    const session = new Session('http://api.test', 'mine', kept, store());

    await session.follow({ key: 'wrong', code: null }, PAGE);

    expect([session.key, keptKey(kept), session.offering, session.asking]).toEqual(['mine', 'mine', false, false]);
    expect(session.linkProblem).not.toBe('');
  });

  it('replaces a key that no longer works', async () => {
    const kept = store('old');
    const session = new Session('http://api.test', 'old', kept, store());

    await session.follow({ key: 'other', code: null }, PAGE);

    expect([session.key, keptKey(kept), session.asking]).toEqual(['other', 'other', false]);
  });

  it('is stored once its key has worked', async () => {
    const [good, bad] = [store(), store()];
    const session = new Session('http://api.test', 'mine', good, store());
    const before = keptKey(good);

    await session.loadConfig();
    await new Session('http://api.test', 'wrong', bad, store()).loadConfig().catch(() => {});

    expect([before, keptKey(good), keptKey(bad)]).toEqual([null, 'mine', null]);
  });

  it('keeps its key for a reload until it has worked or was refused', async () => {
    const [good, bad, untried] = [store(), store(), [store(), store()] as const];
    let respond = (): void => {};
    const stop = new Promise<void>((resolve) => (respond = resolve));
    const serving = fetch;
    vi.stubGlobal('fetch', (request: Request) => stop.then(() => serving(request)));
    const [mine, wrong] = [
      new Session('http://api.test', null, good, untried[0]),
      new Session('http://api.test', null, bad, untried[1]),
    ];

    const signedIn = [mine.signIn('mine'), wrong.signIn('wrong').catch(() => {})];
    const meanwhile = untried.map(keptKey);
    respond();
    await Promise.all(signedIn);

    expect(meanwhile).toEqual(['mine', 'wrong']);
    expect([...untried, good, bad].map(keptKey)).toEqual([null, null, 'mine', null]);
  });
});
