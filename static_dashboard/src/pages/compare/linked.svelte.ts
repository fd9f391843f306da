import Panzoom, { type PanzoomObject } from '@panzoom/panzoom';

/** Zoom and pan several images together. */
export class Linked {
  scale = $state(1);
  private panzoom: PanzoomObject | null = null;

  /** Link images, each in a frame of the same size. Returns a function that unlinks them. */
  attach(images: readonly HTMLElement[], frames: readonly HTMLElement[]): () => void {
    const [leader, ...others] = images;
    const firstFrame = frames[0];
    if (leader === undefined || firstFrame === undefined) return () => {};
    const panzoom = Panzoom(leader, { noBind: true, minScale: 1, maxScale: 12, panOnlyWhenZoomed: true, cursor: '' });
    this.panzoom = panzoom;
    const follow = () => {
      this.scale = panzoom.getScale();
      for (const other of others) other.style.transform = leader.style.transform;
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const frame = event.currentTarget as HTMLElement;
      const [here, there] = [frame.getBoundingClientRect(), firstFrame.getBoundingClientRect()];
      // The point of the first image that corresponds to the pointer's place in this one.
      const at = { clientX: event.clientX - here.left + there.left, clientY: event.clientY - here.top + there.top };
      this.to(panzoom.getScale() * (event.deltaY < 0 ? 1.2 : 1 / 1.2), at);
    };
    leader.addEventListener('panzoomchange', follow);
    document.addEventListener('pointermove', panzoom.handleMove);
    document.addEventListener('pointerup', panzoom.handleUp);
    for (const frame of frames) {
      frame.addEventListener('wheel', wheel, { passive: false });
      frame.addEventListener('pointerdown', panzoom.handleDown);
    }
    return () => {
      leader.removeEventListener('panzoomchange', follow);
      document.removeEventListener('pointermove', panzoom.handleMove);
      document.removeEventListener('pointerup', panzoom.handleUp);
      for (const frame of frames) {
        frame.removeEventListener('wheel', wheel);
        frame.removeEventListener('pointerdown', panzoom.handleDown);
      }
      panzoom.destroy();
      for (const image of images) image.style.transform = '';
      this.panzoom = null;
      this.scale = 1;
    };
  }

  step(by: 1 | -1): void {
    this.to((this.panzoom?.getScale() ?? 1) * (by > 0 ? 1.5 : 1 / 1.5));
  }

  pan(x: number, y: number): void {
    if (this.scale > 1) this.panzoom?.pan((-x * 100) / this.scale, (-y * 100) / this.scale, { relative: true });
  }

  private to(scale: number, at?: { clientX: number; clientY: number }): void {
    if (scale <= 1.02) this.panzoom?.reset({ animate: false });
    else if (at === undefined) this.panzoom?.zoom(scale);
    else this.panzoom?.zoomToPoint(scale, at);
  }
}
