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
  { name: 'usd_per_day', label: m.settings_dollars_per_day(), hint: m.settings_leave_empty_no_cost_limit() },
  { name: 'usd_per_month', label: m.settings_dollars_per_month(), hint: m.settings_estimates_of_queued_jobs_count() },
  { name: 'max_pixels', label: m.settings_pixels_per_image(), hint: m.settings_example_1_048_576() },
  { name: 'max_steps', label: m.settings_steps(), hint: m.settings_more_steps_cost_more() },
  { name: 'trash_days', label: m.settings_days_in_trash(), hint: m.settings_then_images_permanently_deleted() },
];

/** The limits that may be missing, which an empty field means and 0 says in a request. */
const OPTIONAL = new Set<LimitName>(['usd_per_day', 'usd_per_month']);

export function fieldsOf(limits: Limits): LimitFields {
  return Object.fromEntries(LIMITS.map(({ name }) => [name, textOf(limits[name])])) as LimitFields;
}

/** What differs from the limits as they are; undefined where nothing does. */
export function changed(fields: LimitFields, limits: Limits): SettingsPatch['limits'] {
  const found = LIMITS.filter(({ name }) => fields[name].trim() !== textOf(limits[name]));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(({ name }) => [name, numberOf(name, fields[name])]));
}

/** The first limit that is no number: JSON has no way to say so, and would leave the limit as it was. */
export function mistyped(fields: LimitFields): FormError | null {
  const found = LIMITS.find(({ name }) => Number.isNaN(numberOf(name, fields[name])));
  return found === undefined ? null : { field: `limits.${found.name}`, message: m.settings_enter_a_number() };
}

function textOf(limit: number | null): string {
  return limit === null ? '' : String(limit);
}

function numberOf(name: LimitName, text: string): number {
  const digits = text.replace(/[\s,]/g, '');
  if (digits === '') return OPTIONAL.has(name) ? 0 : NaN;
  return Number(digits);
}

export interface Used {
  text: string;
  /** Of 1. */
  share: number;
}

/** What the day and the month have used of what they may. */
export function used({ usage, limits }: Pick<LibrarySettings, 'usage' | 'limits'>): { today: Used; month: Used } {
  const of = ({ images, cost_usd }: { images: number; cost_usd: number }, limit: number, usd: number | null) => ({
    cost: usd === null ? dollars(cost_usd) : m.settings_cost_of_limit({ cost: dollars(cost_usd), limit: dollars(usd) }),
    shown: usd !== null || cost_usd > 0,
    share: Math.min(1, Math.max(images / limit, usd === null ? 0 : cost_usd / usd)),
  });
  const { images_per_day: day, images_per_month: month } = limits;
  const texts = {
    today: m.settings_used_today({ used: usage.today.images, limit: day }),
    month: m.settings_used_this_month({ used: usage.month.images, limit: month }),
  };
  const [today, thisMonth] = [of(usage.today, day, limits.usd_per_day), of(usage.month, month, limits.usd_per_month)];
  return {
    today: { text: today.shown ? `${texts.today} · ${today.cost}` : texts.today, share: today.share },
    month: { text: thisMonth.shown ? `${texts.month} · ${thisMonth.cost}` : texts.month, share: thisMonth.share },
  };
}
