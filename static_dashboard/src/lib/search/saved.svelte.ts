import type { App } from '../app.svelte';
import type { SavedSearch } from '../api/types';
import { m } from '../messages';
import { errorMessage } from '../text/errors';

/** The user's saved searches. */
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
      this.loaded = -1; // the next use of the search bar tries again
    }
  }

  find(q: string): SavedSearch | undefined {
    return this.list.find((one) => one.q === q);
  }

  /** Save a search under a name; return an error text, or an empty string. */
  async save(name: string, q: string): Promise<string> {
    try {
      const saved = await this.app.session.api.saveSearch(name, q);
      this.list = [...this.list, saved].sort((a, b) => a.name.localeCompare(b.name));
      this.app.toasts.say(m.search_saved({ name }));
      return '';
    } catch (error) {
      return errorMessage(error);
    }
  }

  async delete(search: SavedSearch): Promise<void> {
    const { session, toasts } = this.app;
    this.list = this.list.filter(({ id }) => id !== search.id);
    try {
      await session.api.deleteSearch(search.id);
      toasts.say(m.search_deleted({ name: search.name }), async () => {
        await this.save(search.name, search.q);
      });
    } catch (error) {
      this.list = [...this.list, search];
      toasts.warn(errorMessage(error));
    }
  }
}
