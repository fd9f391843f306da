import createFetch, { type Client } from 'openapi-fetch';
import { takePrefetched } from './prefetch';
import { m } from '../messages';
import { ApiError, errorFrom, Unreachable } from './errors';
import type { paths } from './generated';

/** What the client needs to know about who is signed in. */
export interface Credentials {
  /** What a call carries: a key, or a token that is renewed where it has to be; null: nothing. */
  bearer(): Promise<string | null>;
  /** The service refused the key that was sent. */
  refused(key: string | null): void;
}

/** A typed client of the API at `base`.  The key travels in a header, never in a URL; every failure is thrown. */
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
    // A gateway's error means that the service behind it did not answer.
    onReach(response.status !== 502 && response.status !== 504);
    if (response.ok) return response;
    // "Nothing changed" is an answer without a body, which the generated client knows as 204.
    if (response.status === 304) return new Response(null, { status: 204 });
    const error = errorFrom(response.status, await bodyOf(response));
    if (error.status === 401) credentials.refused(key);
    throw error;
  }

  return createFetch<paths>({ baseUrl: base.replace(/\/$/, ''), fetch: send, headers: { Accept: 'application/json' } });
}

export type ApiClient = Client<paths>;

/** The body of an answer that has one. */
export async function body<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const data = await bodyIfAny(answer);
  if (data === undefined) throw new ApiError(200, 'garbled', m.api_empty_response(), true);
  return data;
}

/** The body of an answer, or undefined where it has none. */
export async function bodyIfAny<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T | undefined> {
  try {
    return (await answer).data;
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
