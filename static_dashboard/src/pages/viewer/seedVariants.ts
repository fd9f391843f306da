import type { LibraryImage } from '../../lib/api/types';

const SAME = ['prompt', 'negative_prompt', 'model', 'width', 'height', 'steps', 'guidance', 'sampler'] as const;

/** The images that differ from one by their seed only, including that one, oldest first. */
export function variantsOf(image: LibraryImage, others: readonly LibraryImage[]): LibraryImage[] {
  const variants = others.filter((other) => other.id !== image.id && SAME.every((name) => other[name] === image[name]));
  return [...variants, image].sort((a, b) => (a.id < b.id ? -1 : 1));
}
