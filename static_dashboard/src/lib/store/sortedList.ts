/** Lists run from the newest id to the oldest; ULIDs sort by time. */
interface WithId {
  readonly id: string;
}

/** The index of `id` in a list of descending ids, or where it would have to be inserted as `-index - 1`. */
export function findIndex(items: readonly WithId[], id: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = (items[middle] as WithId).id;
    if (there === id) return middle;
    if (there > id) low = middle + 1;
    else high = middle;
  }
  return -low - 1;
}

/** `items` and `more`, in order; of an ID in both, the item from `more`. */
export function merge<T extends WithId>(items: readonly T[], more: readonly T[]): T[] {
  const sorted = [...more].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
  const merged: T[] = [];
  let left = 0;
  let right = 0;
  while (left < items.length || right < sorted.length) {
    const old = items[left];
    const fresh = sorted[right];
    if (fresh === undefined || (old !== undefined && old.id > fresh.id)) {
      merged.push(old as T);
      left += 1;
    } else {
      if (old !== undefined && old.id === fresh.id) left += 1;
      if (merged.at(-1)?.id !== fresh.id) merged.push(fresh);
      right += 1;
    }
  }
  return merged;
}

/** `items` without one id. */
export function removeById<T extends WithId>(items: readonly T[], id: string): T[] {
  const index = findIndex(items, id);
  return index < 0 ? [...items] : [...items.slice(0, index), ...items.slice(index + 1)];
}
