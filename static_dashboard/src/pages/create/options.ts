import type { ModelProfile, Options } from '../../lib/api/types';
import type { FormError } from '../../lib/text/fields';

export interface Shape {
  name: string;
  width: number;
  height: number;
}

const STEP = 32; // every family's latents and blocks divide it

/** Shapes of about the model's own area: its own size first. */
export function shapes(profile: Pick<ModelProfile, 'width' | 'height'>, maxPixels = Infinity): Shape[] {
  const area = profile.width * profile.height;
  const ratios: [string, number][] = [
    ['Portrait', 3 / 4],
    ['Tall', 9 / 16],
    ['Landscape', 4 / 3],
    ['Wide', 16 / 9],
    ['Square', 1],
  ];
  const own = {
    name: profile.width === profile.height ? 'Square' : 'Its own',
    width: profile.width,
    height: profile.height,
  };
  const found: Shape[] = [own];
  for (const [name, ratio] of ratios) {
    const width = rounded(Math.sqrt(area * ratio));
    const height = rounded(Math.sqrt(area / ratio));
    const known = found.some((one) => one.width === width && one.height === height);
    if (!known && width * height <= maxPixels) found.push({ name, width, height });
  }
  return found;
}

function rounded(side: number): number {
  return Math.max(64, Math.round(side / STEP) * STEP);
}

/** A number that a person typed into a form: null for nothing, NaN for what is none. */
export function typedNumber(text: string): number | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : Number(trimmed);
}

/** The first of these fields that holds something other than a number: JSON has no way to say so, and would drop it. */
export function typo(fields: Record<string, string>): FormError | null {
  const field = Object.keys(fields).find((name) => Number.isNaN(typedNumber(fields[name] ?? '')));
  return field === undefined ? null : { field, message: 'Write a number here, such as 12 or 4.5, or leave it empty.' };
}

/** Options whose text is no number. */
export function typoInOptions({ steps, guidance, seed, count }: OptionsForm): FormError | null {
  const found = typo({ 'options.steps': steps, 'options.guidance': guidance, 'options.seed': seed });
  if (found !== null) return found;
  return Number.isInteger(count) && count >= 1 ? null : { field: 'options.count', message: 'Say how many: 1 or more.' };
}

/** What a form's options say beyond the model's own; empty fields are left to it. */
export function optionsOf(form: OptionsForm): Options {
  const [width, height] = form.shape === '' ? [null, null] : form.shape.split('x').map(Number);
  return {
    model: form.model || null,
    width: width ?? null,
    height: height ?? null,
    steps: typedNumber(form.steps),
    guidance: typedNumber(form.guidance),
    sampler: form.sampler || null,
    seed: typedNumber(form.seed),
    count: Math.max(1, form.count),
  };
}

/** Options as a form holds them: text, so that a half-typed number is not lost. */
export interface OptionsForm {
  model: string;
  shape: string; // 256x256, or empty for the model's own
  steps: string;
  guidance: string;
  sampler: string;
  seed: string;
  count: number; // undefined or null while its field is empty
}

export const NO_OPTIONS: OptionsForm = {
  model: '',
  shape: '',
  steps: '',
  guidance: '',
  sampler: '',
  seed: '',
  count: 1,
};

/** A form that shows stored options. */
export function formOf(options: Partial<Options> | undefined): OptionsForm {
  const text = (value: number | null | undefined) => (value == null ? '' : String(value));
  return {
    model: options?.model ?? '',
    shape: options?.width != null && options.height != null ? `${options.width}x${options.height}` : '',
    steps: text(options?.steps),
    guidance: text(options?.guidance),
    sampler: options?.sampler ?? '',
    seed: text(options?.seed),
    count: options?.count ?? 1,
  };
}

const SET = ['model', 'width', 'height', 'steps', 'guidance', 'sampler', 'seed', 'count', 'negative_prompt'] as const;

/** Whether two sets of options paint the same; what is left out and what is null are one. */
export function sameOptions(a: Partial<Options>, b: Partial<Options>): boolean {
  return SET.every((name) => (a[name] ?? null) === (b[name] ?? null));
}
