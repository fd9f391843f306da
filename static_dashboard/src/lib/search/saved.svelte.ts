import type { App } from '../app.svelte';
import type { SavedSearch } from '../api/types';
import { m } from '../messages';
import { errorMessage } from '../text/errors';

/** The searches that this person keeps. */
export class SavedSearches {
  list = $state.raw<readonly SavedSearch[]>([]);
  private loaded = -1;

  constructor(private readonly app: App) {}

  async load(): Promise<void> {
    const { session } = this.app;
    if (this.loaded === session.epoch) return;
    this.loaded = session.epoch;
    try {
      this.list = (await session.api.savedSearches()).items;
    } catch {
      this.loaded = -1; // asked again when the bar is next used
    }
  }

  find(q: string): SavedSearch | undefined {
    return this.list.find((one) => one.q === q);
  }

  /** Keeps a search under a name; what is wrong with the name comes back. */
  async keep(name: string, q: string): Promise<string> {
    try {
      const kept = await this.app.session.api.saveSearch(name, q);
      this.list = [...this.list, kept].sort((a, b) => a.name.localeCompare(b.name));
      this.app.toasts.say(m.search_search_saved_find_below({ name }));
      return '';
    } catch (error) {
      return errorMessage(error);
    }
  }

  async drop(search: SavedSearch): Promise<void> {
    const { session, toasts } = this.app;
    this.list = this.list.filter(({ id }) => id !== search.id);
    try {
      await session.api.deleteSearch(search.id);
      toasts.say(m.search_saved_search_deleted({ name: search.name }), async () => {
        await this.keep(search.name, search.q);
      });
    } catch (error) {
      this.list = [...this.list, search];
      toasts.warn(errorMessage(error));
    }
  }
}
