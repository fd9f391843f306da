import { describe, expect, it } from 'vitest';
import { ApiError, errorFrom, Unreachable } from '../../../src/lib/api/errors';
import { errorMessage, errorText } from '../../../src/lib/text/errors';
import { formError } from '../../../src/lib/text/fields';

describe('errors', () => {
  it('become what happened, what is safe and what is next', () => {
    expect(errorText(new Unreachable(), 'Your images are safe.')).toMatchObject({
      happened: 'Auto-Image-Gen isn’t responding.',
      safe: 'Your images are safe.',
      retry: true,
    });
    expect(errorMessage(new ApiError(503, 'unavailable', 'The catalog does not answer', true))).toBe(
      'The catalog does not answer. Try again in a moment.',
    );
  });

  it('lead to the logs only where these say more', () => {
    expect(errorText(new ApiError(500, 'internal', 'An internal error occurred.', false))).toMatchObject({
      next: 'The logs on the Setup page say more.',
      logs: true,
    });
    expect(errorText(new ApiError(503, 'unavailable', 'No response.', true)).logs).toBe(false);
    expect(errorText(new Unreachable()).logs).toBe(false);
  });

  it('stand beside the field that is wrong', () => {
    const error = errorFrom(400, {
      error: { code: 'bad_request', message: 'Too wide.', details: { field: 'options.width' } },
    });

    expect(formError(error, ['theme', 'options.width'])).toEqual({ field: 'options.width', message: 'Too wide.' });
    expect(formError(error, ['theme', 'options'])).toEqual({ field: 'options', message: 'Too wide.' });
    expect(formError(error, ['theme']).field).toBe('');
  });

  it('are made from whatever a proxy answers', () => {
    expect(errorFrom(502, null)).toMatchObject({ status: 502, retryable: true });
    expect(errorFrom(500, { error: 'text' })).toMatchObject({ code: 'unknown', retryable: false });
  });
});
