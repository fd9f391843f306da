/**
 * Scrolling over more than a browser can.
 *
 * Chromium makes no element taller than 33,554,432 px, which a million images are.  So the sheet stops growing at
 * `TALLEST`, and what is shown on it is shifted: `top` is where one is among the images, `bar` where the scroll
 * bar is, and `shift` their difference.  At both ends the two run in step, and so does every small move; in between
 * and at rest the bar stands in proportion.
 */
export const TALLEST = 8_000_000;
const EDGE = 100_000; // at each end nothing needs to be shifted while somebody scrolls
const JUMP_SCREENS = 12; // further at once than a wheel gets: the bar itself was dragged

/** Heights in px: of all that is shown, and of the window. */
export interface Span {
  height: number;
  room: number;
}

/** How tall the sheet really is. */
export function sheetHeight(height: number): number {
  return Math.min(height, TALLEST);
}

/** Where the bar stands for a place among the images. */
export function barFor(top: number, height: number): number {
  const hidden = height - TALLEST;
  if (hidden <= 0 || top <= EDGE) return top;
  if (top >= height - EDGE) return top - hidden;
  return Math.round(EDGE + ((top - EDGE) * (TALLEST - 2 * EDGE)) / (height - 2 * EDGE));
}

/** The place among the images for which the bar stands there. */
export function topFor(bar: number, height: number): number {
  const hidden = height - TALLEST;
  if (hidden <= 0 || bar <= EDGE) return bar;
  if (bar >= TALLEST - EDGE) return bar + hidden;
  return Math.round(EDGE + ((bar - EDGE) * (height - 2 * EDGE)) / (TALLEST - 2 * EDGE));
}

export interface Position {
  bar: number;
  shift: number;
}

/** Where one is after the bar came to stand at `bar`; another `bar` in the answer is where it has to be put. */
export function afterScroll(before: Position, bar: number, { height, room }: Span): Position {
  if (height <= TALLEST) return { bar, shift: 0 };
  if (Math.abs(bar - before.bar) > JUMP_SCREENS * room) return { bar, shift: topFor(bar, height) - bar };
  const outOfStep =
    (bar < EDGE / 2 && before.shift !== 0) || (bar > TALLEST - EDGE / 2 && before.shift !== height - TALLEST);
  return outOfStep ? at(bar + before.shift, height) : { bar, shift: before.shift };
}

/** Where the bar belongs once nobody scrolls. */
export function afterRest(before: Position, { height, room }: Span): Position {
  const wanted = at(before.bar + before.shift, height);
  return Math.abs(wanted.bar - before.bar) > room ? wanted : before;
}

export function at(top: number, height: number): Position {
  const bar = barFor(top, height);
  return { bar, shift: top - bar };
}
