import { m } from '../../lib/messages';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The time until an image in trash is deleted permanently, in whole days. */
export function daysLeft(deletedAt: string | null, kept: number, now: Date): string {
  if (deletedAt === null) return '';
  const days = Math.ceil((Date.parse(deletedAt) + kept * DAY_MS - now.getTime()) / DAY_MS);
  return days <= 0 ? m.trash_deleted_soon() : m.trash_days_left({ count: days });
}
