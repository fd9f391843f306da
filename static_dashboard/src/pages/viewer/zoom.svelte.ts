import Panzoom, { type PanzoomObject } from '@panzoom/panzoom';

const STEP = 1.5;
const PIXEL_PX = 8; // a pixel of the picture is never shown larger
const LEAST_MOST = 4;
const PAN_PX = 120;

interface Point {
  clientX: number;
  clientY: number;
}

/** Zooming into one picture and moving about in it; 1 is the size at which it hangs. */
export class Zoom {
  scale = $state(1);
  private panzoom: PanzoomObject | null = null;
  /** By how much the picture is enlarged or shrunk where it hangs. */
  private fitted = 1;

  get zoomed(): boolean {
    return this.scale > 1.001;
  }

  /** Lets a picture be zoomed by what happens on the wall, until the returned function is called. */
  attach(image: HTMLElement, wall: HTMLElement, fitted: number): () => void {
    this.fitted = fitted;
    const panzoom = Panzoom(image, {
      noBind: true,
      minScale: 1,
      maxScale: Math.max(LEAST_MOST, PIXEL_PX / fitted),
      panOnlyWhenZoomed: true,
      overflow: 'visible',
      cursor: '',
      step: 0.6,
      // The wall has its own listeners below this one, such as for a swipe.
      handleStartEvent: (event: Event) => event.preventDefault(),
    });
    this.panzoom = panzoom;
    const follow = () => (this.scale = panzoom.getScale());
    const down = (event: PointerEvent) => {
      if (!(event.target instanceof Element && event.target.closest('button'))) panzoom.handleDown(event);
    };
    const wheel = (event: WheelEvent) => {
      panzoom.zoomWithWheel(event);
      // Its own event comes with the next frame.
      if (panzoom.getScale() <= 1) panzoom.reset({ animate: false });
    };
    image.addEventListener('panzoomchange', follow);
    wall.addEventListener('pointerdown', down);
    wall.addEventListener('wheel', wheel, { passive: false });
    document.addEventListener('pointermove', panzoom.handleMove);
    document.addEventListener('pointerup', panzoom.handleUp);
    document.addEventListener('pointercancel', panzoom.handleUp);
    return () => {
      image.removeEventListener('panzoomchange', follow);
      wall.removeEventListener('pointerdown', down);
      wall.removeEventListener('wheel', wheel);
      document.removeEventListener('pointermove', panzoom.handleMove);
      document.removeEventListener('pointerup', panzoom.handleUp);
      document.removeEventListener('pointercancel', panzoom.handleUp);
      panzoom.reset({ animate: false });
      panzoom.destroy();
      this.panzoom = null;
      this.scale = 1;
    };
  }

  /** Between the size at which it hangs and its true one, pixel for pixel; where those are alike, twice as large. */
  toggle(at?: Point): void {
    if (this.zoomed) this.panzoom?.reset({ animate: false });
    else this.to(this.fitted < 0.9 ? 1 / this.fitted : 2, at);
  }

  /** In or out by one step. */
  step(by: 1 | -1): void {
    this.to((this.panzoom?.getScale() ?? 1) * (by > 0 ? STEP : 1 / STEP));
  }

  /** Moves what is seen, so that zooming needs no dragging. */
  pan(x: number, y: number): void {
    const panzoom = this.panzoom;
    if (panzoom === null || !this.zoomed) return;
    panzoom.pan((-x * PAN_PX) / this.scale, (-y * PAN_PX) / this.scale, { relative: true });
  }

  reset(): void {
    this.panzoom?.reset({ animate: false });
  }

  private to(scale: number, at?: Point): void {
    if (this.panzoom === null) return;
    if (scale <= 1.05) this.panzoom.reset({ animate: false });
    else if (at === undefined) this.panzoom.zoom(scale);
    else this.panzoom.zoomToPoint(scale, at);
  }
}
