import { m } from '../messages';

/** An error response of the API, or a response that isn't valid. */
export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryable: boolean,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }

  /** The invalid field of the request, such as `options.width`; null if the error is about none. */
  get field(): string | null {
    const field = this.details['field'];
    return typeof field === 'string' ? field : null;
  }
}

/** There was no response: no network, or the app is down. */
export class Unreachable extends Error {
  override name = 'Unreachable';

  constructor() {
    super(m.api_not_responding());
  }
}

/** The error in a response's body; a proxy's page or an empty body becomes an ApiError, too. */
export function errorFrom(status: number, body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {};
  const text = (name: string, otherwise: string) => (typeof error[name] === 'string' ? error[name] : otherwise);
  return new ApiError(
    status,
    text('code', status === 401 ? 'unauthorized' : 'unknown'),
    text('message', m.api_status({ status })),
    error['retryable'] === true || status >= 502,
    isRecord(error['details']) ? error['details'] : {},
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
