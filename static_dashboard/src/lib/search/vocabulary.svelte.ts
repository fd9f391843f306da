import type { App } from '../app.svelte';
import type { Known } from './suggest';
import { wordToComplete } from './suggest';

const PAUSE_MS = 90;

/** What the library knows, for completing what is typed: asked for when somebody types, and kept for a while. */
export class Vocabulary {
  words = $state.raw<Known['words']>([]);
  tags = $state.raw<Known['tags']>([]);
  private asked = '';
  private learned = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly app: App) {}

  get known(): Known {
    const { session, library } = this.app;
    return {
      words: this.words,
      tags: this.tags,
      models: session.config?.models ?? [],
      schedules: [...library.schedules.values()].map(({ name }) => name),
    };
  }

  /** Learns what begins like the line's last word; an old answer never replaces a newer one. */
  type(typed: string): void {
    this.learn();
    const word = wordToComplete(typed);
    clearTimeout(this.timer);
    this.asked = word;
    this.words = this.words.filter(({ term }) => word !== '' && term.startsWith(word.toLowerCase()));
    if (word === '') return;
    this.timer = setTimeout(() => {
      this.app.session.api.terms(word).then(
        ({ items }) => {
          if (this.asked === word) this.words = items;
        },
        () => {}, // nothing is completed then
      );
    }, PAUSE_MS);
  }

  private learn(): void {
    if (this.learned) return;
    this.learned = true;
    this.app.session.api.tags().then(
      ({ items }) => (this.tags = items),
      () => (this.learned = false),
    );
  }
}
