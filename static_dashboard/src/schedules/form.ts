import type { Schedule, ScheduleDraft, Timing } from '../api/types';
import { formOf, NO_OPTIONS, optionsOf, type OptionsForm } from '../create/options';
import { cronOf, EVERY_DAY } from './picker';

/** A schedule as a form holds it. */
export interface ScheduleFields {
  name: string;
  theme: string;
  instructions: string;
  kind: 'cron' | 'every';
  cron: string;
  minutes: string;
  timezone: string;
  overlap: 'skip' | 'allow';
  missed: 'latest' | 'skip';
  startsAt: string;
  endsAt: string;
  options: OptionsForm;
}

export function freshFields(timezone: string): ScheduleFields {
  return {
    name: '',
    theme: '',
    instructions: '',
    kind: 'cron',
    cron: cronOf({ hour: 9, minute: 0, weekdays: EVERY_DAY }),
    minutes: '60',
    timezone,
    overlap: 'skip',
    missed: 'latest',
    startsAt: '',
    endsAt: '',
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
    kind: timing.kind,
    ...(timing.kind === 'cron' ? { cron: timing.cron } : { minutes: String(timing.minutes) }),
    overlap: schedule.overlap,
    missed: schedule.missed,
    startsAt: localInput(schedule.starts_at),
    endsAt: localInput(schedule.ends_at),
    options: formOf(schedule.options),
  };
}

export function timingOf(fields: Pick<ScheduleFields, 'kind' | 'cron' | 'minutes' | 'timezone'>): Timing {
  const timezone = fields.timezone.trim();
  if (fields.kind === 'cron') return { kind: 'cron', cron: fields.cron.trim().replace(/\s+/g, ' '), timezone };
  return { kind: 'every', minutes: Number(fields.minutes), timezone };
}

export function draftOf(fields: ScheduleFields): ScheduleDraft {
  return {
    name: fields.name.trim() || fields.theme.trim().slice(0, 100),
    theme: fields.theme.trim(),
    instructions: fields.instructions.trim(),
    timing: timingOf(fields),
    starts_at: instantOf(fields.startsAt),
    ends_at: instantOf(fields.endsAt),
    overlap: fields.overlap,
    missed: fields.missed,
    options: optionsOf(fields.options),
  };
}

/** The draft of a schedule as it stands, for putting it back. */
export function draftOfSchedule(schedule: Schedule): ScheduleDraft {
  const { name, theme, instructions, timing, starts_at, ends_at, overlap, missed, options } = schedule;
  return { name, theme, instructions, timing, starts_at, ends_at, overlap, missed, options };
}

/** An instant for a `datetime-local` input, in the browser's own timezone. */
function localInput(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(text: string): string | null {
  return text === '' ? null : new Date(text).toISOString();
}
