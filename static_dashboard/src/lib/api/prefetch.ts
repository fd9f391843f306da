const KEPT_MS = 30_000;

const begun = new Map<string, Promise<Response>>();

/**
 * Asks the service at `base` before there is a client to ask it; the client takes up the answers.  What nobody
 * has taken after half a minute is forgotten, since it may be out of date.
 */
export function prefetch(base: string, key: string, paths: readonly string[]): void {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${key}` };
  for (const path of paths) {
    const url = new URL(base.replace(/\/$/, '') + path, document.baseURI).href;
    const answer = fetch(url, { headers, cache: 'no-store' });
    answer.catch(() => {}); // who takes it hears of it
    begun.set(url, answer);
  }
  setTimeout(() => begun.clear(), KEPT_MS);
}

/** The answer to a request that was begun early; undefined: it was not, or somebody has had it. */
export function takePrefetched(request: Request): Promise<Response> | undefined {
  if (request.method !== 'GET') return undefined;
  const answer = begun.get(request.url);
  begun.delete(request.url);
  return answer;
}
