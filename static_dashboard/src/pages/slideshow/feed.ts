import { m } from '../../lib/messages';

/** A published image in its schedule's JSON feed. */
export interface Published {
  id: string;
  /** Beside the feed, whatever address the feed gives: the page may be reached by another name. */
  address: string;
  title: string;
  alt: string;
  color: string;
  at: string;
}

/** The images of a feed, the newest first; throws an error if the feed isn't valid. */
export function readFeed(feed: unknown, address: string): Published[] {
  const items = isRecord(feed) ? feed['items'] : undefined;
  if (!Array.isArray(items)) throw new TypeError(m.slideshow_the_feed_is_empty());
  return items.flatMap((item: unknown) => {
    if (!isRecord(item) || typeof item['image'] !== 'string') return [];
    const own = isRecord(item['_auto_image_gen']) ? item['_auto_image_gen'] : {};
    const name = item['image'].slice(item['image'].lastIndexOf('/') + 1);
    if (!/^[A-Za-z0-9]+\.webp$/.test(name)) return [];
    return [
      {
        id: name.replace('.webp', ''),
        address: new URL(name, address).href,
        title: text(item['title']),
        alt: text(item['summary']),
        color: /^#[0-9a-f]{6}$/i.test(text(own['average_colour'])) ? text(own['average_colour']) : '',
        at: text(item['date_published']),
      },
    ];
  });
}

/** The ID of the next image: a new one first, otherwise the one after the shown image, in a circle. */
export function following(ids: readonly string[], shown: string | null, seen: ReadonlySet<string>): string | null {
  const fresh = ids.find((id) => !seen.has(id));
  if (fresh !== undefined) return fresh;
  const at = shown === null ? -1 : ids.indexOf(shown);
  return ids[(at + 1) % Math.max(1, ids.length)] ?? null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
