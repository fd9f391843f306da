const REST_MS = 150;

/** Which part of the page is in view, to the nearest `step` pixels, and whether it is at rest. */
export class ScrollWindow {
  top = $state(0);
  height = $state(window.innerHeight);
  resting = $state(true);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = false;

  constructor(private readonly step: () => number) {
    this.measure();
  }

  /** Follows the window until the returned function is called. */
  follow(): () => void {
    const onscroll = () => {
      if (!this.asked) {
        this.asked = true;
        requestAnimationFrame(() => this.measure());
      }
      this.resting = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.resting = true), REST_MS);
    };
    window.addEventListener('scroll', onscroll, { passive: true });
    window.addEventListener('resize', onscroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onscroll);
      window.removeEventListener('resize', onscroll);
      clearTimeout(this.timer);
    };
  }

  private measure(): void {
    this.asked = false;
    const step = Math.max(1, this.step());
    // Rounded, so that only a new row makes work.
    this.top = Math.floor(window.scrollY / step) * step;
    this.height = window.innerHeight;
  }
}
