import { readStored, writeStored } from '../../lib/components/storage';

const USUAL = 1;

/** Least sizes of a cell in px, from many to few: on a desk, and on a phone. */
export const CELLS = [
  { wide: 112, narrow: 72 },
  { wide: 180, narrow: 112 },
  { wide: 260, narrow: 168 },
  { wide: 380, narrow: 320 },
] as const;

/** How large images are in the gallery; each browser keeps its own choice. */
class Density {
  step = $state(known());

  cell(narrow: boolean): number {
    const { wide, narrow: small } = CELLS[this.step] ?? CELLS[USUAL];
    return narrow ? small : wide;
  }

  get largest(): boolean {
    return this.step === CELLS.length - 1;
  }

  change(by: 1 | -1): void {
    this.step = Math.max(0, Math.min(CELLS.length - 1, this.step + by));
    writeStored('density', String(this.step));
  }
}

function known(): number {
  const step = Number(readStored('density') ?? USUAL);
  return step in CELLS ? step : USUAL;
}

export const density = new Density();
