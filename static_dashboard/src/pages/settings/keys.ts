import type { ApiKey } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { dateTime } from '../../lib/text/time';

const DAY = 24 * 60 * 60 * 1000;

/** After how many days a new key can expire; null for never. */
export const LIFETIMES: readonly (number | null)[] = [null, 30, 90, 365];

/** The time when a key that is created now expires; null for never. */
export function expiry(days: number | null, now: Date): string | null {
  return days === null ? null : new Date(now.getTime() + days * DAY).toISOString();
}

export function roleName(role: ApiKey['role']): string {
  return { reader: m.settings_role_reader(), editor: m.settings_role_editor(), admin: m.settings_role_admin() }[role];
}

/** The facts of a key: its last characters, origin, expiry, and last use. */
export function facts(key: ApiKey, now: Date): string[] {
  if (key.source === 'settings') return [m.settings_key_from_settings()];
  const known = [m.settings_key_ends_with({ text: key.last_four ?? '' })];
  if (key.created_at !== null) {
    known.push(m.settings_key_created({ name: key.created_by_name ?? '', when: dateTime(key.created_at) }));
  }
  if (key.expires_at !== null) {
    const when = dateTime(key.expires_at);
    const expired = Date.parse(key.expires_at) <= now.getTime();
    known.push(expired ? m.settings_key_expired({ when }) : m.settings_key_expires({ when }));
  }
  known.push(
    key.last_used_at === null
      ? m.settings_key_never_used()
      : m.settings_key_last_used({ when: dateTime(key.last_used_at) }),
  );
  return known;
}
