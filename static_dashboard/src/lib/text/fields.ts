import { ApiError } from '../api/errors';
import { errorMessage } from './errors';

/** What is wrong with a form: by field where the service names one, else for the whole. */
export interface FormError {
  field: string;
  message: string;
}

/** The trouble of an error; `known` are the fields that the form shows, the longest match wins. */
export function formError(error: unknown, known: readonly string[]): FormError {
  if (error instanceof ApiError && error.field !== null) {
    const field = error.field;
    const shown = known
      .filter((one) => field === one || field.startsWith(`${one}.`))
      .sort((a, b) => b.length - a.length)[0];
    if (shown !== undefined) return { field: shown, message: error.message };
  }
  return { field: '', message: errorMessage(error) };
}
