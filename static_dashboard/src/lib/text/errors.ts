import { ApiError, Unreachable } from '../api/errors';
import { m } from '../messages';

/** An error as text: what happened, what is safe, and what to do next. */
export interface ErrorText {
  happened: string;
  safe: string;
  next: string;
  retry: boolean;
  /** Whether the logs say more. */
  logs: boolean;
}

export function errorText(error: unknown, safe = m.text_your_data_is_safe()): ErrorText {
  if (error instanceof Unreachable) {
    return { happened: error.message, safe, next: m.text_check_your_network_connection(), retry: true, logs: false };
  }
  if (error instanceof ApiError) {
    const logs = error.status >= 500 && !error.retryable;
    return { happened: full(error.message), safe, next: nextStep(error), retry: error.retryable, logs };
  }
  const next = m.text_reload_the_page();
  return { happened: m.text_something_went_wrong_page(), safe, next, retry: true, logs: false };
}

/** One line for a toast. */
export function errorMessage(error: unknown): string {
  const { happened, next } = errorText(error);
  return next === '' ? happened : `${happened} ${next}`;
}

function nextStep(error: ApiError): string {
  if (error.status === 401) return m.text_sign_in_again();
  if (error.status === 403) return m.text_ask_api_key_editor();
  if (error.status === 404) return m.text_may_have_been_deleted();
  if (error.status === 412) return m.text_reload_make_change_again();
  if (error.retryable) return m.text_try_again_moment();
  if (error.status >= 500) return m.text_check_function_app_logs();
  return '';
}

function full(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}
