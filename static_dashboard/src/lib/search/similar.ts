/** The candidate most similar to a misspelled word; null if none is similar. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const most = word.length < 5 ? 1 : 2;
  let [best, least] = ['', most + 1];
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate, least);
    if (distance < least && distance > 0) [best, least] = [candidate, distance];
  }
  return best === '' ? null : best;
}

/** The Levenshtein distance, at most `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return row[b.length] ?? limit;
}
