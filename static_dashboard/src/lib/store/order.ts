import { PIECE } from '../text/query';

/** An order of the API other than newest first. */
export type Order = 'oldest' | 'rating' | 'random' | 'album';

const SHUFFLES = 1_000_000; // the numbers of random orders are below this
const SORT = /^sort:"?(oldest|rating|random|album)(?::\d+)?"?$/i;

/** The order that a query asks for; null for newest first. */
export function orderOf(q: string): Order | null {
  for (const piece of q.match(PIECE) ?? []) {
    const order = SORT.exec(piece)?.[1]?.toLowerCase();
    if (order !== undefined) return order as Order;
  }
  return null;
}

/** A query in another order; its conditions stay. */
export function withOrder(q: string, order: Order | 'newest'): string {
  const conditions = (q.match(PIECE) ?? []).filter((piece) => !SORT.test(piece) && !/^sort:"?newest"?$/i.test(piece));
  return [...conditions, ...(order === 'newest' ? [] : [`sort:${order}`])].join(' ');
}

/** The number of a new random order. */
export function newShuffle(): number {
  return Math.floor(Math.random() * SHUFFLES);
}

/** A query whose random order has this number, unless it has one, so that a list that is loaded again keeps its order. */
export function withShuffle(q: string, shuffle: number): string {
  return q.replace(PIECE, (piece) => (/^sort:"?random"?$/i.test(piece) ? `sort:random:${String(shuffle)}` : piece));
}
