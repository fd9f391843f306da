import type { LibrarySettings, SettingsPatch } from '../../lib/api/types';
import { m } from '../../lib/messages';
import type { FormError } from '../../lib/text/fields';
import { dollars } from '../../lib/text/numbers';

type Limits = LibrarySettings['limits'];
export type LimitName = keyof Limits;

/** The limits as a form holds them: text, so that a half-typed number is not lost. */
export type LimitFields = Record<LimitName, string>;

export const LIMITS: { name: LimitName; label: string; hint: string }[] = [
  { name: 'images_per_job', label: m.settings_images_per_job(), hint: m.settings_maximum_64() },
  { name: 'images_per_day', label: m.settings_images_per_day(), hint: m.settings_resets_at_midnight_utc() },
  { name: 'images_per_month', label: m.settings_images_per_month(), hint: m.settings_once_reached_scheduled_runs() },
  { name: 'max_pixels', label: m.settings_pixels_per_image(), hint: m.settings_example_1_048_576() },
  { name: 'max_steps', label: m.settings_steps(), hint: m.settings_more_steps_cost_more() },
  { name: 'trash_days', label: m.settings_days_in_trash(), hint: m.settings_then_images_permanently_deleted() },
];

export function fieldsOf(limits: Limits): LimitFields {
  return Object.fromEntries(LIMITS.map(({ name }) => [name, String(limits[name])])) as LimitFields;
}

/** What differs from the limits as they are; undefined where nothing does. */
export function changed(fields: LimitFields, limits: Limits): SettingsPatch['limits'] {
  const found = LIMITS.filter(({ name }) => fields[name].trim() !== String(limits[name]));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(({ name }) => [name, numberOf(fields[name])]));
}

/** The first limit that is no number: JSON has no way to say so, and would leave the limit as it was. */
export function mistyped(fields: LimitFields): FormError | null {
  const found = LIMITS.find(({ name }) => Number.isNaN(numberOf(fields[name])));
  return found === undefined ? null : { field: `limits.${found.name}`, message: m.settings_enter_a_number() };
}

function numberOf(text: string): number {
  const digits = text.replace(/[\s,]/g, '');
  return digits === '' ? NaN : Number(digits);
}

export interface Used {
  text: string;
  /** Of 1. */
  share: number;
}

/** What the day and the month have used of what they may. */
export function used({ usage, limits }: Pick<LibrarySettings, 'usage' | 'limits'>): { today: Used; month: Used } {
  const of = ({ images, cost_usd }: { images: number; cost_usd: number }, limit: number, text: string): Used => ({
    text: cost_usd > 0 ? `${text} · ${dollars(cost_usd)}` : text,
    share: Math.min(1, images / limit),
  });
  const { images_per_day: day, images_per_month: month } = limits;
  return {
    today: of(usage.today, day, m.settings_used_today({ used: usage.today.images, limit: day })),
    month: of(usage.month, month, m.settings_used_this_month({ used: usage.month.images, limit: month })),
  };
}
