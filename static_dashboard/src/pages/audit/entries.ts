import type { AuditEntry, AuditFilter } from '../../lib/api/types';
import { m } from '../../lib/messages';
import { format } from '../../lib/router/route';

/** The kinds of actions, as the first parts of their names. */
export const KINDS = ['image', 'images', 'job', 'album', 'schedule', 'webhook', 'settings', 'key'] as const;

const ACTIONS: Record<string, () => string> = {
  'image.approve': m.audit_image_approve,
  'image.unapprove': m.audit_image_unapprove,
  'image.trash': m.audit_image_trash,
  'image.restore': m.audit_image_restore,
  'image.purge': m.audit_image_purge,
  'images.approve': m.audit_images_approve,
  'images.unapprove': m.audit_images_unapprove,
  'images.trash': m.audit_images_trash,
  'images.restore': m.audit_images_restore,
  'images.purge': m.audit_images_purge,
  'images.expire': m.audit_images_expire,
  'images.empty_trash': m.audit_images_empty_trash,
  'job.undo': m.audit_job_undo,
  'job.retry': m.audit_job_retry,
  'album.create': m.audit_album_create,
  'album.replace': m.audit_album_replace,
  'album.delete': m.audit_album_delete,
  'schedule.create': m.audit_schedule_create,
  'schedule.replace': m.audit_schedule_replace,
  'schedule.delete': m.audit_schedule_delete,
  'schedule.pause': m.audit_schedule_pause,
  'schedule.resume': m.audit_schedule_resume,
  'schedule.publish': m.audit_schedule_publish,
  'schedule.unpublish': m.audit_schedule_unpublish,
  'webhook.set': m.audit_webhook_set,
  'webhook.delete': m.audit_webhook_delete,
  'settings.update': m.audit_settings_update,
  'key.create': m.audit_key_create,
  'key.revoke': m.audit_key_revoke,
};

/** The action as text; an action that this page doesn't know is shown by its name. */
export function actionText(action: string): string {
  return ACTIONS[action]?.() ?? action;
}

const PRODUCT = 'auto-image-gen'; // the actor of changes by the app itself

/** The name of the actor, or “Automatic” for the app itself. */
export function actorName({ actor, actor_name }: Pick<AuditEntry, 'actor' | 'actor_name'>): string {
  return actor === PRODUCT ? m.audit_automatic() : actor_name;
}

/** The actor to filter by: the entered ID or name, or the app itself for “Automatic”. */
function actorOf(entered: string): string {
  return entered.toLowerCase() === m.audit_automatic().toLowerCase() ? PRODUCT : entered;
}

export function kindName(kind: (typeof KINDS)[number]): string {
  return {
    image: m.audit_kind_image,
    images: m.audit_kind_images,
    job: m.audit_kind_job,
    album: m.audit_kind_album,
    schedule: m.audit_kind_schedule,
    webhook: m.audit_kind_webhook,
    settings: m.audit_kind_settings,
    key: m.audit_kind_key,
  }[kind]();
}

/** The page of what was changed; undefined if there is none. */
export function targetLink({ action, target }: Pick<AuditEntry, 'action' | 'target'>): string | undefined {
  if (action === 'schedule.delete' || action === 'image.purge') return undefined;
  if (action.startsWith('image.')) return format({ page: 'images', q: '', image: target });
  if (action.startsWith('schedule.') || action.startsWith('webhook.')) return format({ page: 'schedule', id: target });
  return undefined;
}

export interface Change {
  name: string;
  before: string | null;
  after: string | null;
}

/** The values of an entry, each before and after; null where it is missing. */
export function changesOf({ before, after }: Pick<AuditEntry, 'before' | 'after'>): Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
    name,
    before: text(before[name]),
    after: text(after[name]),
  }));
}

function text(value: unknown): string | null {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value);
}

/** The filter as the page's form holds it. */
export interface Fields {
  actor: string;
  action: string;
  target: string;
  from: string;
  to: string;
}

export const NO_FILTER: Fields = { actor: '', action: '', target: '', from: '', to: '' };

/** The query of a filter. Days are those of this browser, the last one included. */
export function filterOf({ actor, action, target, from, to }: Fields): AuditFilter {
  return {
    actor: actorOf(actor.trim()) || undefined,
    action: action || undefined,
    target: target.trim() || undefined,
    since: from === '' ? undefined : startOf(from, 0),
    until: to === '' ? undefined : startOf(to, 1),
  };
}

/** The start of a local day, or of a day after it. */
function startOf(day: string, later: number): string {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

const MOST_EXPORTED = 20_000;

/** Whether a CSV file has as many entries as the service exports. Rows end with CR LF, which no cell contains. */
export function isFull(csv: string, most = MOST_EXPORTED): boolean {
  return csv.split('\r\n').length - 2 >= most; // without the header, and what is after the last row
}
