import { BAR, vertical, type Layout } from './layout';

/** The index to which a key moves the focus; undefined for other keys. */
export function moveTo(key: string, from: number, layout: Layout, room: number, length: number): number | undefined {
  const screen = Math.max(1, Math.floor((room - 2 * BAR) / layout.pitch));
  const targets: Record<string, () => number> = {
    ArrowRight: () => from + 1,
    ArrowLeft: () => from - 1,
    ArrowDown: () => vertical(layout, from, 1),
    ArrowUp: () => vertical(layout, from, -1),
    PageDown: () => rows(layout, from, 1, screen),
    PageUp: () => rows(layout, from, -1, screen),
    Home: () => 0,
    End: () => length - 1,
  };
  const target = targets[key]?.();
  return target === undefined ? undefined : Math.max(0, Math.min(length - 1, target));
}

function rows(layout: Layout, from: number, step: 1 | -1, count: number): number {
  let index = from;
  for (let row = 0; row < count; row += 1) index = vertical(layout, index, step);
  return index;
}
