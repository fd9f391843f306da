import type { Api } from '../api/calls';
import type { Album } from '../api/types';

/** The library's albums, sorted by name. */
class Albums {
  list = $state.raw<readonly Album[]>([]);
  loaded = $state(false);

  /** Albums to which images can be added. */
  readonly byHand = $derived(this.list.filter(({ q }) => q === null));

  async load(api: Api): Promise<void> {
    this.list = (await api.albums()).items;
    this.loaded = true;
  }

  get(id: string): Album | undefined {
    return this.list.find((album) => album.id === id);
  }

  /** Remember a saved album. */
  note(album: Album): void {
    const others = this.list.filter(({ id }) => id !== album.id);
    this.list = [...others, album].sort((a, b) => a.name.localeCompare(b.name));
  }

  forget(id: string): void {
    this.list = this.list.filter((album) => album.id !== id);
  }
}

export const albums = new Albums();

/** The search for the images of an album; of one made by hand in its order. */
export function albumQuery({ id, q }: Pick<Album, 'id' | 'q'>): string {
  return q === null ? `album:${id} sort:album` : `album:${id}`;
}
