import type { LibraryImage } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { format } from '../../lib/router/route';
import { fieldToken } from '../../lib/search/tokens';
import { bytes, dollars } from '../../lib/text/numbers';
import { slotInstant } from '../../lib/text/runs';
import { lasting, moment } from '../../lib/text/time';

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
  offline: m.viewer_word_lists(),
  user: m.viewer_user(),
} as const;

/** What belongs together of a picture's story. */
export interface Chapter {
  name: string;
  facts: Fact[];
}

/** Everything that is known of how a picture came to be, in the order people ask for it. */
export function story(picture: LibraryImage, timeZone?: string): Chapter[] {
  const chapters: [string, (Fact | null)[]][] = [
    [m.viewer_text_2(), words(picture)],
    [m.viewer_generation_settings(), settings(picture)],
    [m.viewer_origin(), why(picture, timeZone)],
    [m.viewer_file(), file(picture)],
  ];
  return chapters.map(([name, facts]) => ({ name, facts: facts.filter((fact) => fact !== null) }));
}

function words(picture: LibraryImage): (Fact | null)[] {
  return [
    maybe(m.viewer_title(), picture.title, { long: true }),
    { name: m.viewer_theme(), text: picture.theme, long: true },
    { name: m.viewer_prompt(), text: picture.prompt, long: true },
    maybe(m.viewer_negative_prompt(), picture.negative_prompt, { long: true }),
    maybe(m.viewer_alt_text(), picture.alt_text, { long: true }),
    { name: m.viewer_prompt_source(), text: WRITERS[picture.prompt_source] },
  ];
}

function settings(picture: LibraryImage): (Fact | null)[] {
  return [
    { name: m.viewer_model(), text: picture.model },
    maybe(m.viewer_revision(), picture.model_revision, { mono: true }),
    {
      name: m.viewer_size(),
      text: `${picture.width} × ${picture.height}`,
      copied: `${picture.width}x${picture.height}`,
      mono: true,
    },
    { name: m.viewer_steps(), text: String(picture.steps), mono: true },
    { name: m.viewer_guidance_scale(), text: String(picture.guidance), mono: true },
    { name: m.viewer_sampler(), text: picture.sampler, mono: true },
    { name: m.viewer_seed_2(), text: String(picture.seed), mono: true },
  ];
}

/** Who or what asked for it, and what that took. */
function why(picture: LibraryImage, timeZone?: string): (Fact | null)[] {
  const slot = /@(\d{8}T\d{4}Z)$/.exec(picture.job_id)?.[1];
  const schedule = picture.schedule_id;
  return [
    schedule === null
      ? null
      : {
          name: m.viewer_schedule(),
          text: picture.schedule_name ?? schedule,
          href: format({ page: 'schedule', id: schedule }),
        },
    slot === undefined
      ? null
      : { name: m.viewer_scheduled_for(), text: moment(slotInstant(slot), timeZone), mono: true },
    { name: m.viewer_created_by(), text: picture.created_by },
    {
      name: m.viewer_job(),
      text: picture.job_id,
      href: format({ page: 'pictures', q: fieldToken('job', picture.job_id), picture: null }),
      mono: true,
    },
    { name: 'Painted', text: moment(picture.created_at, timeZone), copied: picture.created_at, mono: true },
    maybe(m.viewer_duration(), took(picture), { mono: true }),
    { name: m.viewer_cost(), text: dollars(picture.cost_usd), mono: true },
  ];
}

function file(picture: LibraryImage): (Fact | null)[] {
  return [
    { name: m.viewer_file_size(), text: bytes(picture.bytes), copied: String(picture.bytes), mono: true },
    { name: 'Id', text: picture.id, mono: true },
    maybe('SHA-256', picture.sha256, { mono: true }),
  ];
}

/** "writing 1 s, painting 4 s": the stages that took any time. */
export function took(picture: LibraryImage): string {
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
export function fileName(picture: LibraryImage, suffix = ''): string {
  const words = (picture.title || picture.theme)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${[words, picture.id.toLowerCase(), suffix].filter((part) => part !== '').join('-')}.png`;
}

function maybe(name: string, text: string, more: Partial<Fact>): Fact | null {
  return text === '' ? null : { name, text, ...more };
}
