const MAX_AGE_MS = 30_000;

const requests = new Map<string, Promise<Response>>();

/**
 * Request paths of the API at `base` before the client is loaded; the client uses the responses.  Responses that
 * aren't used within half a minute are dropped, since they may be outdated.
 */
export function prefetch(base: string, key: string, paths: readonly string[]): void {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${key}` };
  for (const path of paths) {
    const url = new URL(base.replace(/\/$/, '') + path, document.baseURI).href;
    const response = fetch(url, { headers, cache: 'no-store' });
    response.catch(() => {}); // the client handles the error
    requests.set(url, response);
  }
  setTimeout(() => requests.clear(), MAX_AGE_MS);
}

/** The response to a prefetched request; undefined if it wasn't prefetched or has been used. */
export function takePrefetched(request: Request): Promise<Response> | undefined {
  if (request.method !== 'GET') return undefined;
  const response = requests.get(request.url);
  requests.delete(request.url);
  return response;
}
