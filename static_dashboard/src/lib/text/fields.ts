import { ApiError } from '../api/errors';
import { errorMessage } from './errors';

/** An error in a form: of the field that the service names, otherwise of the whole form. */
export interface FormError {
  field: string;
  message: string;
}

/** The form error of an error. `known` lists the form's fields; the longest match is used. */
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
