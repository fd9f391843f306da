import type { Language, PreviewRequest, Schedule, ScheduleDraft, Timing } from '../../lib/api/types';
import {
  formOf,
  NO_OPTIONS,
  optionsOf,
  typedNumber,
  invalidNumber,
  invalidOption,
  type OptionsForm,
} from '../create/options';
import type { FormError } from '../../lib/text/fields';
import { withTyped } from './dates';
import { cronOf, DEFAULT_TIMES } from './picker';

/** The form values of a schedule. */
export interface ScheduleFields {
  name: string;
  theme: string;
  instructions: string;
  /** Language of prompts; empty for the model's. */
  promptLanguage: Language | '';
  /** Language of titles and alt texts. */
  textLanguage: Language;
  /** How runs choose from alternatives such as {red|blue}. */
  wildcards: 'order' | 'random';
  kind: 'cron' | 'every';
  cron: string;
  minutes: string;
  timezone: string;
  overlap: 'skip' | 'allow';
  missed: 'latest' | 'skip';
  /** What happens to a run whose prompt repeats an earlier one. */
  repeats: 'mark' | 'skip';
  startsAt: string;
  endsAt: string;
  /** Dates in the schedule's time zone without runs, YYYY-MM-DD. */
  excludedDates: string[];
  /** Additional runs in the schedule's time zone, YYYY-MM-DDTHH:MM. */
  extraRuns: string[];
  /** A date and a time that are typed and not added to the lists yet; empty for none. */
  typedDate: string;
  typedRun: string;
  /** Largest delay of a run in minutes; empty for none. */
  randomDelay: string;
  /** Consecutive failed runs after which the schedule pauses; empty for never. */
  pauseAfter: string;
  /** Monthly image limit of the schedule; empty for only the library's limits. */
  perMonth: string;
  /** Daily cost limit of the schedule in US dollars; empty for only the library's limits. */
  usdPerDay: string;
  /** Monthly cost limit of the schedule in US dollars; empty for only the library's limits. */
  usdPerMonth: string;
  /** Days after which images without favorite, rating, or approval move to trash; empty for never. */
  keepDays: string;
  /** IDs of the albums to which the images are added. */
  albums: string[];
  options: OptionsForm;
}

export function freshFields(timezone: string): ScheduleFields {
  return {
    name: '',
    theme: '',
    instructions: '',
    promptLanguage: '',
    textLanguage: 'en',
    wildcards: 'order',
    kind: 'cron',
    cron: cronOf(DEFAULT_TIMES),
    minutes: '60',
    timezone,
    overlap: 'skip',
    missed: 'latest',
    repeats: 'mark',
    startsAt: '',
    endsAt: '',
    excludedDates: [],
    extraRuns: [],
    typedDate: '',
    typedRun: '',
    randomDelay: '',
    pauseAfter: '5',
    perMonth: '',
    usdPerDay: '',
    usdPerMonth: '',
    keepDays: '',
    albums: [],
    options: { ...NO_OPTIONS },
  };
}

export function fieldsOf(schedule: Schedule): ScheduleFields {
  const { timing } = schedule;
  return {
    ...freshFields(timing.timezone),
    name: schedule.name,
    theme: schedule.theme,
    instructions: schedule.instructions,
    promptLanguage: schedule.prompt_language ?? '',
    textLanguage: schedule.text_language,
    wildcards: schedule.wildcards,
    kind: timing.kind,
    ...(timing.kind === 'cron' ? { cron: timing.cron } : { minutes: String(timing.minutes) }),
    overlap: schedule.overlap,
    missed: schedule.missed,
    repeats: schedule.repeats,
    startsAt: localInput(schedule.starts_at),
    endsAt: localInput(schedule.ends_at),
    excludedDates: [...schedule.excluded_dates],
    extraRuns: [...schedule.extra_runs],
    randomDelay: schedule.random_delay_minutes === 0 ? '' : String(schedule.random_delay_minutes),
    pauseAfter: schedule.pause_after_failures === null ? '' : String(schedule.pause_after_failures),
    perMonth: schedule.images_per_month === null ? '' : String(schedule.images_per_month),
    usdPerDay: schedule.usd_per_day === null ? '' : String(schedule.usd_per_day),
    usdPerMonth: schedule.usd_per_month === null ? '' : String(schedule.usd_per_month),
    keepDays: schedule.keep_days === null ? '' : String(schedule.keep_days),
    albums: [...schedule.albums],
    options: formOf(schedule.options),
  };
}

export function timingOf(fields: Pick<ScheduleFields, 'kind' | 'cron' | 'minutes' | 'timezone'>): Timing {
  const timezone = fields.timezone.trim();
  if (fields.kind === 'cron') return { kind: 'cron', cron: fields.cron.trim().replace(/\s+/g, ' '), timezone };
  return { kind: 'every', minutes: Number(fields.minutes), timezone };
}

/** The first field whose text isn't a number. */
export function typoIn(fields: ScheduleFields): FormError | null {
  const { options, pauseAfter, perMonth, usdPerDay, usdPerMonth, keepDays, kind, minutes, randomDelay } = fields;
  const found = invalidNumber({
    pause_after_failures: pauseAfter,
    images_per_month: perMonth,
    usd_per_day: usdPerDay,
    usd_per_month: usdPerMonth,
    keep_days: keepDays,
    random_delay_minutes: randomDelay,
    'timing.minutes': kind === 'every' ? minutes : '',
  });
  return found ?? invalidOption(options);
}

/** The fields to save: with the date and the time that are typed and not added yet. */
export function completed(fields: ScheduleFields): ScheduleFields {
  const { excludedDates, typedDate, extraRuns, typedRun } = fields;
  return {
    ...fields,
    excludedDates: withTyped(excludedDates, typedDate),
    extraRuns: withTyped(extraRuns, typedRun),
    typedDate: '',
    typedRun: '',
  };
}

export function draftOf(fields: ScheduleFields): ScheduleDraft {
  return {
    name: fields.name.trim() || fields.theme.trim().slice(0, 100),
    theme: fields.theme.trim(),
    instructions: fields.instructions.trim(),
    prompt_language: fields.promptLanguage || null,
    text_language: fields.textLanguage,
    wildcards: fields.wildcards,
    timing: timingOf(fields),
    starts_at: instantOf(fields.startsAt),
    ends_at: instantOf(fields.endsAt),
    excluded_dates: fields.excludedDates,
    extra_runs: fields.extraRuns,
    random_delay_minutes: typedNumber(fields.randomDelay) ?? 0,
    overlap: fields.overlap,
    missed: fields.missed,
    repeats: fields.repeats,
    pause_after_failures: typedNumber(fields.pauseAfter),
    images_per_month: typedNumber(fields.perMonth),
    usd_per_day: typedNumber(fields.usdPerDay),
    usd_per_month: typedNumber(fields.usdPerMonth),
    keep_days: typedNumber(fields.keepDays),
    albums: fields.albums,
    options: optionsOf(fields.options),
  };
}

/** A draft with the values of a schedule, to restore them later. */
export function draftOfSchedule(schedule: Schedule): ScheduleDraft {
  const { name, theme, instructions, timing, starts_at, ends_at, overlap, missed, options } = schedule;
  const { prompt_language, text_language, wildcards, repeats, pause_after_failures, albums } = schedule;
  const { excluded_dates, extra_runs, random_delay_minutes } = schedule;
  const { images_per_month, usd_per_day, usd_per_month, keep_days } = schedule;
  const what = { name, theme, instructions, prompt_language, text_language, wildcards, options, repeats, albums };
  const limits = { pause_after_failures, images_per_month, usd_per_day, usd_per_month, keep_days };
  const when = { timing, starts_at, ends_at, excluded_dates, extra_runs, random_delay_minutes };
  return { ...what, ...when, overlap, missed, ...limits };
}

/** The fields of a copied schedule, without the start and end of the original, under a name that isn't taken. */
export function copyOf(schedule: Schedule, taken: readonly string[] = []): ScheduleFields {
  const names = new Set(taken.map((name) => name.toLowerCase()));
  const named = (number: number) => `${schedule.name} ${number}`.slice(-100);
  let number = 2;
  while (names.has(named(number).toLowerCase())) number += 1;
  return { ...fieldsOf(schedule), name: named(number), startsAt: '', endsAt: '' };
}

/** The fields that determine times and forecast, for the preview request. */
export function previewOf(fields: ScheduleFields, id: string | null): PreviewRequest {
  const draft = draftOf(fields);
  const { timing, starts_at, ends_at, excluded_dates, extra_runs, random_delay_minutes, options } = draft;
  const { images_per_month, usd_per_day, usd_per_month } = draft;
  const limits = { images_per_month, usd_per_day, usd_per_month };
  const when = { timing, starts_at, ends_at, excluded_dates, extra_runs, random_delay_minutes };
  return { ...when, options, ...limits, schedule_id: id, count: 5 };
}

/** An instant for a `datetime-local` input, in the browser's time zone. */
function localInput(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(text: string): string | null {
  return text === '' ? null : new Date(text).toISOString();
}
