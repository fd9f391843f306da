import type { ModelProfile, Options } from '../../lib/api/types';
import { m } from '../../lib/messages';
import type { FormError } from '../../lib/text/fields';

export interface Shape {
  name: string;
  width: number;
  height: number;
}

const STEP = 32; // every family's latents and blocks divide it

/** Sizes of about as many pixels as the model's default size, which comes first. */
export function shapes(profile: Pick<ModelProfile, 'width' | 'height'>, maxPixels = Infinity): Shape[] {
  const area = profile.width * profile.height;
  const ratios: [string, number][] = [
    [m.create_portrait(), 3 / 4],
    [m.create_tall(), 9 / 16],
    [m.create_landscape(), 4 / 3],
    [m.create_wide(), 16 / 9],
    [m.create_square(), 1],
  ];
  const own = {
    name: profile.width === profile.height ? m.create_square() : m.create_default(),
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

/** A number typed into a form: null when empty, NaN when the text isn't a number. */
export function typedNumber(text: string): number | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : Number(trimmed);
}

/** The error of the first field whose text isn't a number. Without it, JSON would send NaN as null. */
export function invalidNumber(fields: Record<string, string>): FormError | null {
  const field = Object.keys(fields).find((name) => Number.isNaN(typedNumber(fields[name] ?? '')));
  return field === undefined ? null : { field, message: m.create_enter_number() };
}

/** The error of the first option that isn't a valid number, or null. */
export function invalidOption({ steps, guidance, seed, count }: OptionsForm): FormError | null {
  const found = invalidNumber({ 'options.steps': steps, 'options.guidance': guidance, 'options.seed': seed });
  if (found !== null) return found;
  return Number.isInteger(count) && count >= 1 ? null : { field: 'options.count', message: m.create_enter_count() };
}

/** The options that a form holds; empty fields are null, so that the model's defaults apply. */
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

/** Options as a form holds them: as text, so that a half-typed number isn't lost. */
export interface OptionsForm {
  model: string;
  shape: string; // 256x256, or empty for the model's default
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

/** The form fields of stored options. */
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

const COMPARED = [
  'model',
  'width',
  'height',
  'steps',
  'guidance',
  'sampler',
  'seed',
  'count',
  'negative_prompt',
] as const;

/** Whether two sets of options give the same images; a missing option equals null. */
export function sameOptions(a: Partial<Options>, b: Partial<Options>): boolean {
  return COMPARED.every((name) => (a[name] ?? null) === (b[name] ?? null));
}
