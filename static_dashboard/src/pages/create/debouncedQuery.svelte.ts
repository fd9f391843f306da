const PAUSE_MS = 300; // until somebody who types has stopped for a moment

/** What the service said last, and whether it refused. */
export interface Asked<T> {
  readonly value: T | null;
  readonly error: unknown;
}

/**
 * Asks again whenever what is asked changes, a moment after the last change; call it while a component is made.
 *
 * A refusal leaves the last answer unset; an answer to what is no longer asked is dropped.
 */
export function asked<Q, T>(question: () => Q, ask: (question: Q, signal: AbortSignal) => Promise<T> | null): Asked<T> {
  let value = $state.raw<T | null>(null);
  let error = $state.raw<unknown>(null);

  $effect(() => {
    const wanted = question();
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const answer = ask(wanted, stop.signal);
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
    }, PAUSE_MS);
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
