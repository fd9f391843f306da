import { at, afterScroll, afterRest, type Position } from './spacer';

/** The window is at rest after this time without scrolling. */
export const REST_MS = 150;
const FAST_SCREENS = 5; // per second: too fast to see an image

/** The part of a sheet that the window shows, and how fast it scrolls. */
export class ScrollWindow {
  /** The position among the images at the window's top, in px; negative above the first. */
  exact = $state(0);
  /** The same, rounded down to a row. */
  top = $state(0);
  room = $state(window.innerHeight);
  /** The difference to the scroll bar's position, in px. */
  shift = $state(0);
  resting = $state(true);
  fast = $state(false);
  /** Heights in px: of all images, and of the page above them. */
  height = 0;
  offset = 0;
  private position: Position = { bar: 0, shift: 0 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isScheduled = false;
  private frame = 0;
  private measuredAt = 0;

  /** `step` is the height of a row in px; `top` changes by whole rows only. */
  constructor(private readonly step: () => number) {}

  /** Follows the window until the returned function is called. */
  follow(): () => void {
    const onscroll = () => {
      if (!this.isScheduled) {
        this.isScheduled = true;
        this.frame = requestAnimationFrame(() => this.measure(true));
      }
    };
    this.measure();
    window.addEventListener('scroll', onscroll, { passive: true });
    window.addEventListener('resize', onscroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onscroll);
      window.removeEventListener('resize', onscroll);
      clearTimeout(this.timer);
      cancelAnimationFrame(this.frame);
      this.isScheduled = false;
    };
  }

  /** Scroll to a position among the images. */
  go(top: number): void {
    this.put(at(Math.max(top, -this.offset), this.height));
  }

  /** Take up new heights; the window keeps its position. */
  resize(height: number, offset: number): void {
    this.height = height;
    this.offset = offset;
    this.measure();
  }

  private put(position: Position): void {
    this.position = position;
    this.show();
    window.scrollTo({ top: position.bar + this.offset, behavior: 'instant' });
  }

  private measure(scrolled = false): void {
    if (scrolled) this.isScheduled = false;
    const now = performance.now();
    const bar = Math.round(window.scrollY) - this.offset;
    const next = afterScroll(this.position, bar, this.span);
    const speed = (Math.abs(next.bar + next.shift - this.exact) * 1_000) / Math.max(1, now - this.measuredAt);
    this.measuredAt = now;
    if (scrolled && bar !== this.position.bar) {
      this.resting = false;
      this.fast = speed > FAST_SCREENS * this.room;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.rest(), REST_MS);
    }
    this.room = window.innerHeight;
    if (next.bar !== bar) this.put(next);
    else {
      this.position = next;
      this.show();
    }
  }

  private rest(): void {
    this.resting = true;
    this.fast = false;
    const still = afterRest(this.position, this.span);
    if (still !== this.position) this.put(still);
  }

  private show(): void {
    const step = Math.max(1, this.step());
    this.exact = this.position.bar + this.position.shift;
    this.top = Math.floor(this.exact / step) * step;
    this.shift = this.position.shift;
  }

  private get span() {
    return { height: this.height, room: this.room };
  }
}
