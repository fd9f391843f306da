/** Generation parameters that the API found in an image file or in a copied text. */
import type { ImageParameters, Options } from '../../lib/api/types';
import { formOf, type OptionsForm } from './options';

export const MAX_FILE_BYTES = 32 * 1024 * 1024; // the limit of the API
export const FILE_TYPES = 'image/png,image/jpeg,image/webp';

const MAX_THEME = 80;
const SETTINGS = /(?:^|\s)Steps:\s*\d+\s*(?=,|$|\n)/;
const PROGRAMS: Record<NonNullable<ImageParameters['program']>, string> = {
  'auto-image-gen': 'Auto-Image-Gen',
  a1111: 'A1111',
  comfyui: 'ComfyUI',
  invokeai: 'InvokeAI',
  swarmui: 'SwarmUI',
  fooocus: 'Fooocus',
};

/** Whether a text can be one with settings, as A1111 writes it. Only then is the API asked. */
export function mayHaveSettings(text: string): boolean {
  return SETTINGS.test(text) || text.includes('sui_image_params');
}

/** The name of the program that wrote the parameters; empty if none were found. */
export function programName({ program }: Pick<ImageParameters, 'program'>): string {
  return program === null ? '' : PROGRAMS[program];
}

/** The settings that can't be used, as one text for a list. */
export function unusedSettings({ unused }: Pick<ImageParameters, 'unused'>): string {
  return unused.map(({ name, value }) => `${name}: ${value}`).join(', ');
}

/** A theme for a prompt without one: its first phrase. */
export function themeOf(prompt: string): string {
  return (prompt.split(/[,.;\n]/, 1)[0] ?? '').trim().slice(0, MAX_THEME);
}

/** The form with these options; those that are null are the model's defaults. */
export function formWith(options: Partial<Options>, count: number): OptionsForm {
  return { ...formOf(options), count };
}

/** The first file of a drop or of the clipboard, or null if it contains none. */
export function fileIn(data: DataTransfer | null): File | null {
  return data?.files[0] ?? null;
}
