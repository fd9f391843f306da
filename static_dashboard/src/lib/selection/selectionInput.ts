import type { LibraryImage } from '../api/types';
import { m } from '../messages';
import type { Toasts } from '../shell/toasts.svelte';
import { isTyping } from '../shell/shortcuts';
import { MAX_SELECTION, type Selection } from './selection.svelte';

const LONG_PRESS_MS = 450;
const LONG_PRESS_TOLERANCE_PX = 10;

/** Selects images by mouse, keyboard and touch. */
export class SelectionInput {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private start = { x: 0, y: 0 };
  private wasLongPress = false;

  constructor(
    private readonly selection: Selection,
    private readonly toasts: Toasts,
  ) {}

  /** Handle a click; return whether it selected the image, so that it doesn’t open. */
  click(image: LibraryImage, event: MouseEvent): boolean {
    const longPress = this.wasLongPress;
    this.wasLongPress = false;
    const selects = event.ctrlKey || event.metaKey || event.shiftKey || this.selection.any || longPress;
    if (!selects) return false;
    event.preventDefault();
    if (!longPress) this.select(image, event.shiftKey);
    return true;
  }

  select(image: LibraryImage, isRange: boolean): void {
    const { selection, toasts } = this;
    if (selection.all) toasts.say(m.selection_all_results_are_selected());
    else if (!isRange) selection.toggle(image);
    else {
      selection.extend(image).then(
        (done) => done || toasts.say(m.selection_too_many_to_select({ max: MAX_SELECTION })),
        () => toasts.warn(m.selection_range_not_loaded()),
      );
    }
  }

  /** Handle Ctrl+A, which selects all; return whether the key was Ctrl+A. */
  keydown(event: KeyboardEvent): boolean {
    if (event.key !== 'a' || !(event.ctrlKey || event.metaKey) || isTyping(event.target)) return false;
    event.preventDefault();
    void this.selection.selectAll();
    return true;
  }

  /** Handle a pointer that goes down: a long touch selects the image. */
  press(image: LibraryImage, event: PointerEvent): void {
    this.wasLongPress = false;
    if (event.pointerType !== 'touch' || this.selection.any) return;
    this.start = { x: event.clientX, y: event.clientY };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.wasLongPress = true;
      this.select(image, false);
    }, LONG_PRESS_MS);
  }

  move(event: PointerEvent): void {
    if (Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y) > LONG_PRESS_TOLERANCE_PX)
      this.release();
  }

  release(): void {
    clearTimeout(this.timer);
  }
}
