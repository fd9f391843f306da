/** What a screen shows: a published schedule, and how. */
export interface FrameRoute {
  slug: string;
  /** How long each image is shown. */
  seconds: number;
  captions: boolean;
}

const USUAL_S = 30;
const LEAST_S = 3;
const MOST_S = 86_400;

/** The slideshow route of a fragment such as `#/frame/animals?seconds=60&captions=off`; null for any other. */
export function slideshowRoute(fragment: string): FrameRoute | null {
  const match = /^#\/frame\/([a-z0-9-]{1,80})\/?(?:\?(.*))?$/.exec(fragment);
  if (match === null) return null;
  const query = new URLSearchParams(match[2] ?? '');
  const seconds = Number(query.get('seconds') ?? USUAL_S);
  return {
    slug: match[1] ?? '',
    seconds: Number.isFinite(seconds) ? Math.min(MOST_S, Math.max(LEAST_S, seconds)) : USUAL_S,
    captions: query.get('captions') !== 'off',
  };
}
