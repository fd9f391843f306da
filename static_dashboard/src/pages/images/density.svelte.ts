import { readStored, writeStored } from '../../lib/components/storage';

const DEFAULT = 1;

/** Minimum sizes of a cell in px, from small to large: on a desktop, and on a phone. */
export const CELLS = [
  { wide: 112, narrow: 72 },
  { wide: 180, narrow: 112 },
  { wide: 260, narrow: 168 },
  { wide: 380, narrow: 320 },
] as const;

/** The size of images in the gallery, stored in this browser. */
class Density {
  step = $state(storedStep());

  cell(narrow: boolean): number {
    const { wide, narrow: small } = CELLS[this.step] ?? CELLS[DEFAULT];
    return narrow ? small : wide;
  }

  get isLargest(): boolean {
    return this.step === CELLS.length - 1;
  }

  change(by: 1 | -1): void {
    this.step = Math.max(0, Math.min(CELLS.length - 1, this.step + by));
    writeStored('density', String(this.step));
  }
}

function storedStep(): number {
  const step = Number(readStored('density') ?? DEFAULT);
  return step in CELLS ? step : DEFAULT;
}

export const density = new Density();
