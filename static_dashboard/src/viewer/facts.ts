import type { Picture } from '../api/types';
import { bytes, dollars } from '../words/numbers';
import { lasting, moment } from '../words/time';

/** One line of a picture's story. */
export interface Fact {
  name: string;
  text: string;
  /** What the copy button takes, where that is not the text. */
  copied?: string;
  href?: string;
  long?: boolean;
  mono?: boolean;
}

const WRITERS = {
  chatgpt: 'ChatGPT',
  offline: 'Word lists on this computer',
  user: 'A person',
} as const;

/** Everything that is known of how a picture came to be, in the order people ask for it. */
export function facts(picture: Picture, timeZone?: string): Fact[] {
  const all: (Fact | null)[] = [
    maybe('Title', picture.title, { long: true }),
    { name: 'Theme', text: picture.theme, long: true },
    { name: 'Prompt', text: picture.prompt, long: true },
    maybe('Negative prompt', picture.negative_prompt, { long: true }),
    maybe('Alternative text', picture.alt_text, { long: true }),
    { name: 'Written by', text: WRITERS[picture.prompt_source] },
    { name: 'Model', text: picture.model },
    maybe('Revision', picture.model_revision, { mono: true }),
    { name: 'Size', text: `${picture.width} × ${picture.height}`, copied: `${picture.width}x${picture.height}`, mono: true },
    { name: 'Steps', text: String(picture.steps), mono: true },
    { name: 'Guidance', text: String(picture.guidance), mono: true },
    { name: 'Sampler', text: picture.sampler, mono: true },
    { name: 'Seed', text: String(picture.seed), mono: true },
    picture.schedule_id === null
      ? null
      : {
          name: 'Schedule',
          text: picture.schedule_name ?? picture.schedule_id,
          href: `#/schedules/${encodeURIComponent(picture.schedule_id)}`,
        },
    { name: 'Painted', text: moment(picture.created_at, timeZone), copied: picture.created_at, mono: true },
    maybe('Took', took(picture), { mono: true }),
    picture.cost_usd > 0 ? { name: 'Cost', text: dollars(picture.cost_usd), mono: true } : null,
    { name: 'File', text: bytes(picture.bytes), copied: String(picture.bytes), mono: true },
    { name: 'Asked for by', text: picture.created_by },
    { name: 'Job', text: picture.job_id, mono: true },
    { name: 'Picture', text: picture.id, mono: true },
    maybe('SHA-256', picture.sha256, { mono: true }),
  ];
  return all.filter((fact) => fact !== null);
}

/** "writing 1 s, painting 4 s": the stages that took any time. */
export function took(picture: Picture): string {
  const { writing_ms, waiting_ms, painting_ms, storing_ms } = picture.timings;
  const stages: [string, number][] = [
    ['writing', writing_ms],
    ['waiting', waiting_ms],
    ['painting', painting_ms],
    ['keeping', storing_ms],
  ];
  return stages
    .filter(([, ms]) => ms >= 500)
    .map(([name, ms]) => `${name} ${lasting(ms / 1000)}`)
    .join(', ');
}

/** A name for the downloaded file: words of the title, then the id. */
export function fileName(picture: Picture, suffix = ''): string {
  const words = (picture.title || picture.theme)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${[words, picture.id.toLowerCase(), suffix].filter((part) => part !== '').join('-')}.png`;
}

function maybe(name: string, text: string, more: Partial<Fact>): Fact | null {
  return text === '' ? null : { name, text, ...more };
}
