import type { App } from '../app.svelte';
import type { SearchVocabulary } from './suggest';
import { wordToComplete } from './suggest';

const PAUSE_MS = 90;

/** Terms of the library for completion, loaded while the user types. */
export class Vocabulary {
  words = $state.raw<SearchVocabulary['words']>([]);
  tags = $state.raw<SearchVocabulary['tags']>([]);
  albums = $state.raw<SearchVocabulary['albums']>([]);
  private prefix = '';
  private tagsLoaded = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly app: App) {}

  get terms(): SearchVocabulary {
    const { session, library } = this.app;
    return {
      words: this.words,
      tags: this.tags,
      models: session.config?.models ?? [],
      schedules: [...library.schedules.values()].map(({ name }) => name),
      albums: this.albums,
    };
  }

  /** Load terms that begin like the last word; an outdated response never replaces a newer one. */
  type(typed: string): void {
    this.loadTags();
    const word = wordToComplete(typed);
    clearTimeout(this.timer);
    this.prefix = word;
    this.words = this.words.filter(({ term }) => word !== '' && term.startsWith(word.toLowerCase()));
    if (word === '') return;
    this.timer = setTimeout(() => {
      this.app.session.api.terms(word).then(
        ({ items }) => {
          if (this.prefix === word) this.words = items;
        },
        () => {}, // then there are no completions
      );
    }, PAUSE_MS);
  }

  private loadTags(): void {
    if (this.tagsLoaded) return;
    this.tagsLoaded = true;
    this.app.session.api.albums().then(
      ({ items }) => (this.albums = items.map(({ name }) => name)),
      () => {}, // then no names are offered
    );
    this.app.session.api.tags().then(
      ({ items }) => (this.tags = items),
      () => (this.tagsLoaded = false),
    );
  }
}
