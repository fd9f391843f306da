import { ApiError, Unreachable } from '../api/errors';

/** An error as a person needs it: what happened, what is safe, what to do next. */
export interface Trouble {
  happened: string;
  safe: string;
  next: string;
  retry: boolean;
}

export function trouble(error: unknown, safe = 'Nothing is lost.'): Trouble {
  if (error instanceof Unreachable) {
    return { happened: error.message, safe, next: 'Check that it runs and that you are online.', retry: true };
  }
  if (error instanceof ApiError) {
    return { happened: full(error.message), safe, next: nextStep(error), retry: error.retryable };
  }
  return { happened: 'The page ran into a fault of its own.', safe, next: 'Load the page again.', retry: true };
}

/** One line for a toast. */
export function told(error: unknown): string {
  const { happened, next } = trouble(error);
  return next === '' ? happened : `${happened} ${next}`;
}

function nextStep(error: ApiError): string {
  if (error.status === 401) return 'Sign in again.';
  if (error.status === 403) return 'Ask for a key that may edit.';
  if (error.status === 404) return 'It may have been deleted.';
  if (error.status === 412) return 'Load it again and repeat the change.';
  if (error.retryable) return 'Try again in a moment.';
  if (error.status >= 500) return 'Look into the log of the function app.';
  return '';
}

function full(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}
