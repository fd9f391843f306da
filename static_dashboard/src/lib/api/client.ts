import createFetch, { type Client } from 'openapi-fetch';
import { takePrefetched } from './prefetch';
import { m } from '../messages';
import { ApiError, errorFrom, Unreachable } from './errors';
import type { paths } from './generated';

/** The credentials of the signed-in user. */
export interface Credentials {
  /** The API key or a valid access token; null if there is none. */
  bearer(): Promise<string | null>;
  /** Called when the API has rejected this key. */
  refused(key: string | null): void;
}

/** A typed client of the API at `base`.  The key is sent in a header, never in a URL; every failure is thrown. */
export function createClient(base: string, credentials: Credentials, onReach: (reached: boolean) => void) {
  async function send(request: Request): Promise<Response> {
    const key = await credentials.bearer();
    if (key !== null) request.headers.set('Authorization', `Bearer ${key}`);
    let response: Response;
    try {
      response = await (takePrefetched(request) ?? fetch(request, { cache: 'no-store' }));
    } catch (error) {
      if (request.signal.aborted) throw error;
      onReach(false);
      throw new Unreachable();
    }
    // A gateway error means that the app behind it didn't respond.
    onReach(response.status !== 502 && response.status !== 504);
    if (response.ok) return response;
    // 304 has no body; the generated client knows only 204 for that.
    if (response.status === 304) return new Response(null, { status: 204 });
    const error = errorFrom(response.status, await bodyOf(response));
    if (error.status === 401) credentials.refused(key);
    throw error;
  }

  return createFetch<paths>({ baseUrl: base.replace(/\/$/, ''), fetch: send, headers: { Accept: 'application/json' } });
}

export type ApiClient = Client<paths>;

/** The body of a response; throws ApiError if it has none. */
export async function body<T>(response: Promise<{ data?: T; response: Response }>): Promise<T> {
  const data = await bodyIfAny(response);
  if (data === undefined) throw new ApiError(200, 'garbled', m.api_empty_response(), true);
  return data;
}

/** The body of a response; undefined if it has none. */
export async function bodyIfAny<T>(response: Promise<{ data?: T; response: Response }>): Promise<T | undefined> {
  try {
    return (await response).data;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiError(200, 'garbled', m.api_invalid_response(), true);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
