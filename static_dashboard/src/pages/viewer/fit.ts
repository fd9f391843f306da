import { m } from '../../lib/messages';

export interface Box {
  width: number;
  height: number;
}

/** A larger scale would show single pixels. */
export const MAX_SCALE = 2;

/** The size at which an image fits into a space, and the scale of that. */
export function fit(image: Box, room: Box): Box & { scale: number } {
  const scale = Math.min(MAX_SCALE, room.width / image.width, room.height / image.height);
  const usable = Number.isFinite(scale) && scale > 0 ? scale : 1;
  return { width: Math.round(image.width * usable), height: Math.round(image.height * usable), scale: usable };
}

/** The image's size, such as "256 × 256", with the scale at which it is shown if that isn’t 100%. */
export function sizeLabel(image: Box, scale: number): string {
  const size = `${image.width} × ${image.height}`;
  const percent = Math.round(scale * 100);
  return percent === 100 ? size : m.viewer_size_at_percent({ size, percent });
}
