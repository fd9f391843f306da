import type { LibraryImage, ImagePatch } from '../../lib/api/types';
import type { Keymap } from '../../lib/shell/shortcuts';
import type { Zoom } from './zoom.svelte';

interface ViewerCommands {
  zoom: Zoom;
  move: (step: 1 | -1) => void;
  variant: (step: 1 | -1) => void;
  remove: () => void;
  download: () => void;
}

/** Keyboard shortcuts for any image, also in trash. */
export function viewerKeys({ zoom, move, variant, remove, download }: ViewerCommands): Keymap {
  return {
    ArrowRight: () => move(1),
    ArrowLeft: () => move(-1),
    ArrowDown: () => variant(1),
    ArrowUp: () => variant(-1),
    'Shift+ArrowRight': () => zoom.pan(1, 0),
    'Shift+ArrowLeft': () => zoom.pan(-1, 0),
    'Shift+ArrowDown': () => zoom.pan(0, 1),
    'Shift+ArrowUp': () => zoom.pan(0, -1),
    '+': () => zoom.step(1),
    '=': () => zoom.step(1),
    '-': () => zoom.step(-1),
    z: () => zoom.toggle(),
    Delete: remove,
    'Shift+d': download,
  };
}

/** Keyboard shortcuts that rate an image; images in trash have none. */
export function ratingKeys(image: () => LibraryImage | null, change: (patch: ImagePatch) => void): Keymap {
  const rate = (rating: number) => () => change({ rating });
  return {
    a: () => change({ approved: image()?.approved_at === null }),
    f: () => change({ favourite: !image()?.favourite }),
    ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((points) => [String(points), rate(points)])),
  };
}
