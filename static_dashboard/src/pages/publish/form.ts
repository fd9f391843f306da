import type { Publication, PublicationRequest } from '../../lib/api/types';
import { m } from '../../lib/messages';

/** A publication as a form holds it. */
export interface PublishFields {
  publish: 'off' | 'approved' | 'everything';
  slug: string;
  include_prompts: boolean;
}

/** The form fields of a publication. A new one starts with approved images only. */
export function fieldsOf(publication: Publication | null): PublishFields {
  if (publication === null) return { publish: 'approved', slug: '', include_prompts: false };
  return { publish: publication.publish, slug: publication.slug, include_prompts: publication.include_prompts };
}

/** The request to publish the schedule with this ETag; undefined to unpublish. */
export function requestOf({ publish, slug, ...rest }: PublishFields, etag: string): PublicationRequest | undefined {
  return publish === 'off' ? undefined : { publish, slug: slug.trim() === '' ? null : slug.trim(), ...rest, etag };
}

/** Whether the form differs from the publication. */
export function isChanged(fields: PublishFields, publication: Publication | null): boolean {
  if (publication === null) return fields.publish !== 'off';
  const stored = fieldsOf(publication);
  return (
    fields.publish !== stored.publish ||
    fields.slug.trim() !== stored.slug ||
    fields.include_prompts !== stored.include_prompts
  );
}

/** Who can see the images, as a sentence. */
export function publicationText(publication: Publication | null): string {
  if (publication === null) return m.publish_not_published();
  const { publish, include_prompts: prompts } = publication;
  return publish === 'approved' ? m.publish_approved_are_public({ prompts }) : m.publish_all_are_public({ prompts });
}

/** The URLs and the embed code of a publication, each with its name. */
export function publicationLinks(publication: Publication): [string, string][] {
  return [
    [m.publish_latest_image(), publication.latest_url],
    [m.publish_slideshow(), publication.frame_url],
    [m.publish_json_feed(), publication.feed_json_url],
    [m.publish_rss_feed(), publication.feed_xml_url],
    [m.publish_embed_code(), publication.embed_html],
  ];
}
