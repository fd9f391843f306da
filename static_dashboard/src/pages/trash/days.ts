import { m } from '../../lib/messages';
import { counted } from '../../lib/text/numbers';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a picture stays in the trash: "12 days left". */
export function daysLeft(deletedAt: string | null, kept: number, now: Date): string {
  if (deletedAt === null) return '';
  const days = Math.ceil((Date.parse(deletedAt) + kept * DAY_MS - now.getTime()) / DAY_MS);
  return days <= 0 ? m.trash_deleted_soon() : `${counted(days, 'day')} left`;
}
