const DELAY_MS = 300; // so that a person who types causes one request, not one a letter

/** The latest answer, or the error that came instead; both null before the first. */
export interface QueryResult<T> {
  readonly value: T | null;
  readonly error: unknown;
}

/**
 * Send a query 300 ms after its last change; call this while a component is created.
 *
 * `query` is read as a reactive value. `send` starts the request, or returns null when there is nothing to ask. An error
 * clears the value. The answer to an outdated query is dropped.
 */
export function debouncedQuery<Q, T>(
  query: () => Q,
  send: (query: Q, signal: AbortSignal) => Promise<T> | null,
): QueryResult<T> {
  let value = $state.raw<T | null>(null);
  let error = $state.raw<unknown>(null);

  $effect(() => {
    const current = query();
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const answer = send(current, stop.signal);
      if (answer === null) value = error = null;
      answer?.then(
        (found) => {
          if (stop.signal.aborted) return;
          value = found;
          error = null;
        },
        (reason: unknown) => {
          if (stop.signal.aborted) return;
          value = null;
          error = reason;
        },
      );
    }, DELAY_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  });

  return {
    get value() {
      return value;
    },
    get error() {
      return error;
    },
  };
}
