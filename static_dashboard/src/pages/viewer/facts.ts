import type { LibraryImage } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { format } from '../../lib/router/route';
import { fieldToken } from '../../lib/search/tokens';
import { LANGUAGE } from '../../lib/text/language';
import { bytes, dollars } from '../../lib/text/numbers';
import { slotInstant } from '../../lib/text/runs';
import { bothTimes, duration, dateTime } from '../../lib/text/time';

/** One fact about an image. */
export interface Fact {
  name: string;
  text: string;
  /** What the copy button copies, if not `text`. */
  copied?: string;
  href?: string;
  long?: boolean;
  mono?: boolean;
}

const PROMPT_SOURCES = {
  chatgpt: 'ChatGPT',
  offline: m.viewer_word_lists(),
  user: m.viewer_user(),
} as const;

/** Facts under one heading. */
export interface FactGroup {
  name: string;
  facts: Fact[];
}

/**
 * All facts about an image and how it was generated, grouped for the details panel.
 *
 * Times are in `timeZone`, and the time of a run in the zone of its schedule.
 */
export function imageFacts(image: LibraryImage, timeZone?: string, scheduleZone = timeZone): FactGroup[] {
  const groups: [string, (Fact | null)[]][] = [
    [m.viewer_text(), texts(image)],
    [m.viewer_generation_settings(), settings(image)],
    [m.viewer_origin(), origin(image, timeZone, scheduleZone)],
    [m.viewer_file(), file(image)],
  ];
  return groups.map(([name, facts]) => ({ name, facts: facts.filter((fact) => fact !== null) }));
}

function texts(image: LibraryImage): (Fact | null)[] {
  return [
    optional(m.viewer_title(), image.title, { long: true }),
    { name: m.viewer_theme(), text: image.theme, long: true },
    { name: m.viewer_prompt(), text: image.prompt, long: true },
    optional(m.viewer_negative_prompt(), image.negative_prompt, { long: true }),
    optional(m.viewer_alt_text(), image.alt_text, { long: true }),
    { name: m.viewer_prompt_source(), text: PROMPT_SOURCES[image.prompt_source] },
  ];
}

function settings(image: LibraryImage): (Fact | null)[] {
  return [
    { name: m.viewer_model(), text: image.model },
    optional(m.viewer_revision(), image.model_revision, { mono: true }),
    {
      name: m.viewer_size(),
      text: `${image.width} × ${image.height}`,
      copied: `${image.width}x${image.height}`,
      mono: true,
    },
    { name: m.viewer_steps(), text: String(image.steps), mono: true },
    { name: m.viewer_guidance_scale(), text: String(image.guidance), mono: true },
    { name: m.viewer_sampler(), text: image.sampler, mono: true },
    { name: m.viewer_seed(), text: String(image.seed), mono: true },
  ];
}

/** Who or what requested the image, its duration and its cost. */
function origin(image: LibraryImage, timeZone?: string, scheduleZone?: string): (Fact | null)[] {
  const slot = /@(\d{8}T\d{4}Z)$/.exec(image.job_id)?.[1];
  const schedule = image.schedule_id;
  return [
    schedule === null
      ? null
      : {
          name: m.viewer_schedule(),
          text: image.schedule_name ?? schedule,
          href: format({ page: 'schedule', id: schedule }),
        },
    slot === undefined
      ? null
      : { name: m.viewer_scheduled_for(), text: bothTimes(slotInstant(slot), scheduleZone), mono: true },
    { name: m.viewer_created_by(), text: image.created_by_name },
    {
      name: m.viewer_job(),
      text: image.job_id,
      href: format({ page: 'images', q: fieldToken('job', image.job_id), image: null }),
      mono: true,
    },
    { name: m.viewer_created(), text: dateTime(image.created_at, timeZone), copied: image.created_at, mono: true },
    optional(m.viewer_duration(), stageDurations(image), { mono: true }),
    { name: m.viewer_cost(), text: dollars(image.cost_usd), mono: true },
  ];
}

function file(image: LibraryImage): (Fact | null)[] {
  return [
    { name: m.viewer_file_size(), text: bytes(image.bytes), copied: String(image.bytes), mono: true },
    { name: m.viewer_id(), text: image.id, mono: true },
    optional('SHA-256', image.sha256, { mono: true }),
  ];
}

/**
 * The stages of at least half a second with their durations, such as "Writing prompt: 1 s, Generating: 4 s",
 * "Less than 1 s" if every stage was shorter, or '' without timings.
 */
export function stageDurations(image: LibraryImage): string {
  const { writing_ms, waiting_ms, painting_ms, storing_ms } = image.timings;
  const stages: [(values: { duration: string }) => string, number][] = [
    [m.viewer_stage_writing, writing_ms],
    [m.viewer_stage_waiting, waiting_ms],
    [m.viewer_stage_generating, painting_ms],
    [m.viewer_stage_saving, storing_ms],
  ];
  const measured = stages.filter(([, ms]) => ms > 0);
  const texts = measured.filter(([, ms]) => ms >= 500).map(([text, ms]) => text({ duration: duration(ms / 1000) }));
  if (texts.length === 0) return measured.length === 0 ? '' : m.viewer_less_than_one_second();
  return new Intl.ListFormat(LANGUAGE, { type: 'unit', style: 'short' }).format(texts);
}

/** A name for the downloaded file: the title in lower case and the ID. */
export function fileName(image: LibraryImage, suffix = ''): string {
  const words = (image.title || image.theme)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${[words, image.id.toLowerCase(), suffix].filter((part) => part !== '').join('-')}.png`;
}

function optional(name: string, text: string, more: Partial<Fact>): Fact | null {
  return text === '' ? null : { name, text, ...more };
}
