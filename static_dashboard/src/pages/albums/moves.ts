import type { ImageList } from '../../lib/store/list.svelte';

/** Where images are moved to: before another image, or to the end with null. */
export type Before = string | null;

export type Step = 'start' | 'earlier' | 'later' | 'end';

/** IDs in the order of the list. */
export function inListOrder(list: ImageList, ids: readonly string[]): string[] {
  return [...ids].sort((a, b) => list.indexOf(a) - list.indexOf(b));
}

/** The image before which a step moves these images, which are in the order of the list; undefined if it has no effect. */
export async function targetOf(list: ImageList, ids: readonly string[], step: Step): Promise<Before | undefined> {
  const first = list.indexOf(ids[0] ?? '');
  const last = list.indexOf(ids.at(-1) ?? '');
  if (first < 0 || last < 0) return undefined;
  if (step === 'end') return null;
  if (step === 'later') {
    const [next, following] = await list.range(last + 1, last + 3);
    return next === undefined ? undefined : (following?.id ?? null);
  }
  const stays = await othersUntil(list, first, ids);
  const target = step === 'start' ? stays[0] : stays.at(-1);
  return target;
}

/** The IDs of the images before an index. */
async function othersUntil(list: ImageList, index: number, ids: readonly string[]): Promise<string[]> {
  const images = await list.range(0, index);
  return images.map(({ id }) => id).filter((id) => !ids.includes(id));
}

/** The image before which dragged images are dropped, from the tile under the pointer and its half; undefined for no effect. */
export function dropTarget(
  list: ImageList,
  dragged: readonly string[],
  over: string,
  half: 'first' | 'second',
): Before | undefined {
  let index = list.indexOf(over) + (half === 'second' ? 1 : 0);
  if (list.indexOf(over) < 0) return undefined;
  // Dragged images leave their places.
  while (dragged.includes(list.at(index)?.id ?? '')) index += 1;
  return list.at(index)?.id ?? null;
}
