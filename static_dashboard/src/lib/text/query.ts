/** The pieces of a search query; spaces inside double quotes don't separate pieces. */
export const PIECE = /(?:"[^"]*"?|[^\s"])+/g;

/** Whether a query contains this value of a field, also in parentheses, and not only with NOT or a minus sign. */
export function asksFor(q: string, field: string, value: string): boolean {
  const pieces: string[] = q.match(PIECE) ?? [];
  return pieces.some((piece, index) => {
    const bare = piece.replaceAll('"', '').replace(/^\(+|\)+$/g, '');
    return bare.toLowerCase() === `${field}:${value}` && pieces[index - 1] !== 'NOT';
  });
}
