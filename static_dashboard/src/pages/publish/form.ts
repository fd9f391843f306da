import type { Publication, PublicationRequest } from '../../lib/api/types';

/** Who sees a schedule's pictures, as a form holds it. */
export interface PublishFields {
  publish: 'off' | 'approved' | 'everything';
  slug: string;
  prompts: boolean;
}

export const MEANWHILE = 'Somebody changed this schedule meanwhile. This is how it stands now: repeat your change.';

/** How it stands; switched on, it begins with approved pictures only. */
export function fieldsOf(publication: Publication | null): PublishFields {
  if (publication === null) return { publish: 'approved', slug: '', prompts: false };
  return { publish: publication.publish, slug: publication.slug, prompts: publication.prompts };
}

/** What the service is asked for, of the schedule with this etag; undefined: to show nothing any more. */
export function wishOf({ publish, slug, prompts }: PublishFields, etag: string): PublicationRequest | undefined {
  return publish === 'off' ? undefined : { publish, slug: slug.trim() === '' ? null : slug.trim(), prompts, etag };
}

/** Whether the form asks for something else than what is. */
export function isChanged(fields: PublishFields, publication: Publication | null): boolean {
  if (publication === null) return fields.publish !== 'off';
  const now = fieldsOf(publication);
  return fields.publish !== now.publish || fields.slug.trim() !== now.slug || fields.prompts !== now.prompts;
}

/** How it stands, in words. */
export function publishSentence(publication: Publication | null): string {
  if (publication === null) return 'Only people with a key see its pictures.';
  const what = publication.publish === 'approved' ? 'Approved pictures are' : 'Every picture is';
  return `${what} on the web${publication.prompts ? ', with prompts' : ''}.`;
}

/** What can be copied: its name, and the text. */
export function addresses(publication: Publication): [string, string][] {
  return [
    ['Latest picture', publication.latest_url],
    ['Slideshow for a screen', publication.frame_url],
    ['JSON feed', publication.feed_json_url],
    ['RSS feed', publication.feed_xml_url],
    ['HTML for another page', publication.embed_html],
  ];
}
