/**
 * Settings copied from another program: A1111's "infotext", which ComfyUI savers, Civitai, and our files use, too.
 *
 *     PROMPT
 *     Negative prompt: NEGATIVE
 *     Steps: 20, Sampler: DPM++ 2M, CFG scale: 7, Seed: 1234, Size: 512x768, Model: NAME
 */
import { NO_OPTIONS, type OptionsForm } from './options';

/** The parts of a pasted text, as the form holds them. */
export interface Infotext {
  prompt: string;
  negative: string;
  /** The options that the text has; the others aren't in it. */
  options: Partial<OptionsForm>;
  /** Settings that the form has no field for, as written. */
  unused: string[];
}

/** The models and samplers to choose from. */
export interface Choices {
  samplers: readonly string[];
  models: readonly string[];
}

const SETTINGS = /(?:^|\s)Steps:\s*\d+\s*(?=,|$|\n)/g;
const NEGATIVE = /(?:^|\s)Negative prompt:/i;
const SETTING = /\s*([\w][\w \-/]*):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)/g;
const LORA = /\s*<(?:lora|lyco|hypernet):[^<>]*>/gi;
const WHOLE_NUMBER = /^\d{1,10}$/;
const MAX_PROMPT = 2000; // the limit of the API, also of the negative prompt's 1000 below
const MAX_NEGATIVE = 1000;
const MAX_THEME = 80;

/** Split a pasted text, or return null if it isn't one. Line breaks may be lost, as in text copied from a web page. */
export function infotextOf(text: string, { samplers, models }: Choices): Infotext | null {
  const start = [...text.matchAll(SETTINGS)].at(-1)?.index;
  if (start === undefined) return null;
  const settings = settingsIn(text.slice(start));
  // A prompt may mention "Steps: 3", but no other setting.
  if (settings.size < 3) return null;
  const texts = text.slice(0, start);
  const negativeAt = NEGATIVE.exec(texts);
  const prompt = texts.slice(0, negativeAt?.index);
  const negative = negativeAt === null ? '' : texts.slice(negativeAt.index + negativeAt[0].length);
  const unused = (prompt.match(LORA) ?? []).map((lora) => lora.trim());
  const options: Partial<OptionsForm> = {};
  for (const [name, value] of settings) {
    const found = optionOf(name, value, { samplers, models });
    if (found === null) unused.push(`${name}: ${value}`);
    else Object.assign(options, found);
  }
  return {
    prompt: oneLine(prompt.replace(LORA, '')).slice(0, MAX_PROMPT),
    negative: oneLine(negative).slice(0, MAX_NEGATIVE),
    options,
    unused,
  };
}

/** A theme for a prompt without one: its first phrase. */
export function themeOf(prompt: string): string {
  return (prompt.split(/[,.;\n]/, 1)[0] ?? '').trim().slice(0, MAX_THEME);
}

/** The form with the options of the text; those that it doesn't have are the model's defaults. */
export function formWith(options: Partial<OptionsForm>, count: number): OptionsForm {
  return { ...NO_OPTIONS, ...options, count };
}

function settingsIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of oneLine(text).matchAll(SETTING)) {
    found.set(name.trim(), value.trim().replace(/^"(.*)"$/, '$1'));
  }
  return found;
}

function optionOf(name: string, value: string, { samplers, models }: Choices): Partial<OptionsForm> | null {
  switch (name.toLowerCase()) {
    case 'steps':
      return WHOLE_NUMBER.test(value) ? { steps: value } : null;
    case 'seed':
      return WHOLE_NUMBER.test(value) ? { seed: value } : null; // -1 means a random seed
    case 'cfg scale':
      return Number.isFinite(Number(value)) && value !== '' ? { guidance: value } : null;
    case 'size':
      return /^\d{1,5}x\d{1,5}$/.test(value) ? { shape: value } : null;
    case 'sampler':
      return named('sampler', samplerId(value), samplers);
    case 'model':
      return named('model', value, models);
    default:
      return null;
  }
}

/** The option with the entry of a list that has this name, in any case and without the owner. */
function named(option: 'sampler' | 'model', name: string, among: readonly string[]): Partial<OptionsForm> | null {
  const wanted = name.toLowerCase();
  const known = among.find((one) => one.toLowerCase() === wanted || one.toLowerCase().endsWith(`/${wanted}`));
  return known === undefined ? null : { [option]: known };
}

/** A sampler's ID for its name in A1111: dpmpp_2m for "DPM++ 2M Karras". */
function samplerId(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/\s+(karras|exponential)$/, '')
    .replaceAll('++', 'pp');
  return plain === 'plms' ? 'pndm' : plain.trim().replace(/\s+/g, '_');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
