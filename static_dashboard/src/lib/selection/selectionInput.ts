import type { LibraryImage } from '../api/types';
import { m } from '../messages';
import type { Toasts } from '../shell/toasts.svelte';
import { isTyping } from '../shell/shortcuts';
import { MOST, type Selection } from './selection.svelte';

const LONG_MS = 450;
const STILL_PX = 10;

/** How pictures are chosen by mouse, key and finger. */
export class SelectionInput {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private start = { x: 0, y: 0 };
  private wasLong = false;

  constructor(
    private readonly selection: Selection,
    private readonly toasts: Toasts,
  ) {}

  /** Whether a click on a picture chose it rather than opens it. */
  clicked(picture: LibraryImage, event: MouseEvent): boolean {
    const long = this.wasLong;
    this.wasLong = false;
    const chooses = event.ctrlKey || event.metaKey || event.shiftKey || this.selection.any || long;
    if (!chooses) return false;
    event.preventDefault();
    if (!long) this.choose(picture, event.shiftKey);
    return true;
  }

  choose(picture: LibraryImage, upTo: boolean): void {
    const { selection, toasts } = this;
    if (selection.all) toasts.say(m.selection_all_results_selected_clear());
    else if (!upTo) selection.toggle(picture);
    else {
      selection.extend(picture).then(
        (done) => done || toasts.say(m.selection_select_more_than_images({ max: MOST })),
        () => toasts.warn(m.selection_couldnt_load_images_range()),
      );
    }
  }

  /** Ctrl A selects all; whether this was it. */
  key(event: KeyboardEvent): boolean {
    if (event.key !== 'a' || !(event.ctrlKey || event.metaKey) || isTyping(event.target)) return false;
    event.preventDefault();
    void this.selection.everything();
    return true;
  }

  /** A finger that rests on a picture chooses it. */
  pressed(picture: LibraryImage, event: PointerEvent): void {
    this.wasLong = false;
    if (event.pointerType !== 'touch' || this.selection.any) return;
    this.start = { x: event.clientX, y: event.clientY };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.wasLong = true;
      this.choose(picture, false);
    }, LONG_MS);
  }

  moved(event: PointerEvent): void {
    if (Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y) > STILL_PX) this.lifted();
  }

  lifted(): void {
    clearTimeout(this.timer);
  }
}
