import type { LibraryImage } from '../../lib/api/types';

const ALIKE = ['prompt', 'negative_prompt', 'model', 'width', 'height', 'steps', 'guidance', 'sampler'] as const;

/** The pictures that differ from one in nothing but their seed, that one included, oldest first. */
export function variantsOf(picture: LibraryImage, others: readonly LibraryImage[]): LibraryImage[] {
  const alike = others.filter(
    (other) => other.id !== picture.id && ALIKE.every((name) => other[name] === picture[name]),
  );
  return [...alike, picture].sort((a, b) => (a.id < b.id ? -1 : 1));
}
