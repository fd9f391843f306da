import Panzoom, { type PanzoomObject } from '@panzoom/panzoom';

const STEP = 1.5;
const PIXEL_PX = 8; // the largest size at which one pixel of the image is shown
const MIN_MAX_SCALE = 4;
const PAN_PX = 120;

interface Point {
  clientX: number;
  clientY: number;
}

/** Zoom and pan of one image; scale 1 is the size at which it fits the stage. */
export class Zoom {
  scale = $state(1);
  private panzoom: PanzoomObject | null = null;
  /** The scale at which the image fits the stage. */
  private fitted = 1;

  get zoomed(): boolean {
    return this.scale > 1.001;
  }

  /** Zoom `image` by gestures on `stage` until the returned function is called. */
  attach(image: HTMLElement, stage: HTMLElement, fitted: number): () => void {
    this.fitted = fitted;
    const panzoom = Panzoom(image, {
      noBind: true,
      minScale: 1,
      maxScale: Math.max(MIN_MAX_SCALE, PIXEL_PX / fitted),
      panOnlyWhenZoomed: true,
      overflow: 'visible',
      cursor: '',
      step: 0.6,
      // The stage has listeners of its own below this one, such as for a swipe.
      handleStartEvent: (event: Event) => event.preventDefault(),
    });
    this.panzoom = panzoom;
    const follow = () => (this.scale = panzoom.getScale());
    const down = (event: PointerEvent) => {
      if (!(event.target instanceof Element && event.target.closest('button'))) panzoom.handleDown(event);
    };
    const wheel = (event: WheelEvent) => {
      panzoom.zoomWithWheel(event);
      // Panzoom sends its own event with the next animation frame.
      if (panzoom.getScale() <= 1) panzoom.reset({ animate: false });
    };
    image.addEventListener('panzoomchange', follow);
    stage.addEventListener('pointerdown', down);
    stage.addEventListener('wheel', wheel, { passive: false });
    document.addEventListener('pointermove', panzoom.handleMove);
    document.addEventListener('pointerup', panzoom.handleUp);
    document.addEventListener('pointercancel', panzoom.handleUp);
    return () => {
      image.removeEventListener('panzoomchange', follow);
      stage.removeEventListener('pointerdown', down);
      stage.removeEventListener('wheel', wheel);
      document.removeEventListener('pointermove', panzoom.handleMove);
      document.removeEventListener('pointerup', panzoom.handleUp);
      document.removeEventListener('pointercancel', panzoom.handleUp);
      panzoom.reset({ animate: false });
      panzoom.destroy();
      this.panzoom = null;
      this.scale = 1;
    };
  }

  /** Switch between fitting the stage and actual size, or twice the size where those are about equal. */
  toggle(at?: Point): void {
    if (this.zoomed) this.panzoom?.reset({ animate: false });
    else this.to(this.fitted < 0.9 ? 1 / this.fitted : 2, at);
  }

  /** Zoom in or out by one step. */
  step(by: 1 | -1): void {
    this.to((this.panzoom?.getScale() ?? 1) * (by > 0 ? STEP : 1 / STEP));
  }

  /** Pan by keyboard; `x` and `y` are in steps. */
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
