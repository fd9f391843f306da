import type { LibrarySettings, SettingsPatch } from '../../lib/api/types';
import type { FormError } from '../../lib/text/fields';
import { counted, dollars, number } from '../../lib/text/numbers';

type Limits = LibrarySettings['limits'];
export type LimitName = keyof Limits;

/** The limits as a form holds them: text, so that a half-typed number is not lost. */
export type LimitFields = Record<LimitName, string>;

export const LIMITS: { name: LimitName; label: string; hint: string }[] = [
  { name: 'images_per_job', label: 'Pictures in one job', hint: 'At most 64.' },
  { name: 'images_per_day', label: 'Pictures a day', hint: 'Days begin at midnight UTC.' },
  { name: 'images_per_month', label: 'Pictures a month', hint: 'Over it, schedules skip their runs and say so.' },
  { name: 'max_pixels', label: 'Pixels of one picture', hint: '1,048,576 are 1024 × 1024.' },
  { name: 'max_steps', label: 'Steps', hint: 'More cost more and seldom show.' },
  { name: 'trash_days', label: 'Days in the trash', hint: 'Then pictures are deleted for good.' },
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
  return found === undefined ? null : { field: `limits.${found.name}`, message: 'Write a number here.' };
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
    text: `${text}${cost_usd > 0 ? `, ${dollars(cost_usd)}` : ''}`,
    share: Math.min(1, images / limit),
  });
  const [today, month] = [counted(usage.today.images, 'picture'), counted(usage.month.images, 'picture')];
  return {
    today: of(usage.today, limits.images_per_day, `${today} of ${number(limits.images_per_day)} today`),
    month: of(usage.month, limits.images_per_month, `${month} of ${number(limits.images_per_month)} this month`),
  };
}
