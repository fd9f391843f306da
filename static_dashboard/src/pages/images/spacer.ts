/**
 * Scrolling over more images than the tallest element of a browser can hold.
 *
 * Chromium limits elements to 33,554,432 px, less than a million images take.  So the sheet stops growing at `MAX_SHEET_PX`
 * and its content is shifted: `top` is the position among the images, `bar` the position of the scroll bar, and `shift`
 * their difference.  Near both ends and for small moves both change equally; in between, at rest, the bar's position is
 * proportional.
 */
export const MAX_SHEET_PX = 8_000_000;
const EDGE = 100_000; // near each end nothing is shifted during scrolling
const JUMP_SCREENS = 12; // a longer jump than a wheel makes: the scroll bar was dragged

/** Heights in px: of all images, and of the window. */
export interface Span {
  height: number;
  room: number;
}

/** The sheet's height in px. */
export function sheetHeight(height: number): number {
  return Math.min(height, MAX_SHEET_PX);
}

/** The scroll bar's position for a position among the images. */
export function barFor(top: number, height: number): number {
  const hidden = height - MAX_SHEET_PX;
  if (hidden <= 0 || top <= EDGE) return top;
  if (top >= height - EDGE) return top - hidden;
  return Math.round(EDGE + ((top - EDGE) * (MAX_SHEET_PX - 2 * EDGE)) / (height - 2 * EDGE));
}

/** The position among the images for a position of the scroll bar. */
export function topFor(bar: number, height: number): number {
  const hidden = height - MAX_SHEET_PX;
  if (hidden <= 0 || bar <= EDGE) return bar;
  if (bar >= MAX_SHEET_PX - EDGE) return bar + hidden;
  return Math.round(EDGE + ((bar - EDGE) * (height - 2 * EDGE)) / (MAX_SHEET_PX - 2 * EDGE));
}

export interface Position {
  bar: number;
  shift: number;
}

/** The position after the bar has moved to `bar`; if the result has another `bar`, the bar has to be moved there. */
export function afterScroll(before: Position, bar: number, { height, room }: Span): Position {
  if (height <= MAX_SHEET_PX) return { bar, shift: 0 };
  if (Math.abs(bar - before.bar) > JUMP_SCREENS * room) return { bar, shift: topFor(bar, height) - bar };
  const outOfStep =
    (bar < EDGE / 2 && before.shift !== 0) || (bar > MAX_SHEET_PX - EDGE / 2 && before.shift !== height - MAX_SHEET_PX);
  return outOfStep ? at(bar + before.shift, height) : { bar, shift: before.shift };
}

/** The position that the bar has to have at rest. */
export function afterRest(before: Position, { height, room }: Span): Position {
  const wanted = at(before.bar + before.shift, height);
  return Math.abs(wanted.bar - before.bar) > room ? wanted : before;
}

export function at(top: number, height: number): Position {
  const bar = barFor(top, height);
  return { bar, shift: top - bar };
}
