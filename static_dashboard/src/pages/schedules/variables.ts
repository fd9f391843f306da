/** Whether a text has alternatives, such as {red|blue} or the list __animals__, of which each run uses one. */
export function hasAlternatives(text: string): boolean {
  return /\{[^{}]*\|[^{}]*\}|__[a-z0-9_-]+__/.test(text);
}

/** A text with something typed in at the caret or over the selection, at its end where there is none; and the new caret. */
export function insertedAt(
  text: string,
  piece: string,
  start: number = text.length,
  end: number = start,
): { text: string; caret: number } {
  const before = text.slice(0, start);
  const space = before === '' || /\s$/.test(before) ? '' : ' ';
  return { text: `${before}${space}${piece}${text.slice(end)}`, caret: start + space.length + piece.length };
}
