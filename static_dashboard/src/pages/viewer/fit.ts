import { m } from '../../lib/messages';

export interface Box {
  width: number;
  height: number;
}

/** Enlarging further would show the pixels, not the picture. */
export const MOST = 2;

/** The size at which a picture is shown in a room, and by how much that enlarges or shrinks it. */
export function fit(picture: Box, room: Box): Box & { scale: number } {
  const scale = Math.min(MOST, room.width / picture.width, room.height / picture.height);
  const usable = Number.isFinite(scale) && scale > 0 ? scale : 1;
  return { width: Math.round(picture.width * usable), height: Math.round(picture.height * usable), scale: usable };
}

/** "256 × 256", and how much larger or smaller it is shown. */
export function sizeLabel(picture: Box, scale: number): string {
  const size = `${picture.width} × ${picture.height}`;
  const percent = Math.round(scale * 100);
  return percent === 100 ? size : m.viewer_at({ size, percent });
}
