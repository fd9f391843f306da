import type { JobDraft, Preset, PromptRecord } from '../../lib/api/types';
import { freshKey } from '../../lib/text/ids';
import { formOf, NO_OPTIONS, optionsOf, type OptionsForm } from './options';
import { givenPrompt, NO_WORDS, withAnother, type Words, type Writing } from './promptOptions';

const PLACE = 'auto-image-gen.draft';
const JOBS = 8;

interface Kept extends Words {
  theme: string;
  writings: Writing[];
  writtenFor: string;
  chosen: number;
  options: OptionsForm;
  preset: string;
  jobs: string[];
}

/** What is being made.  It outlives a change of page and a reload. */
export class Draft implements Kept {
  theme = $state('');
  prompt = $state('');
  negative = $state('');
  title = $state('');
  alt = $state('');
  tags = $state<string[]>([]);
  /** Writings of one theme to choose from, and which of them the words came from; -1: none. */
  writings = $state.raw<Writing[]>([]);
  writtenFor = $state('');
  chosen = $state(-1);
  options = $state<OptionsForm>({ ...NO_OPTIONS });
  /** The preset that the options came from. */
  preset = $state('');
  /** Jobs that were started from here, the newest first. */
  jobs = $state<string[]>([]);
  private key = { body: '', key: '' };

  constructor(private readonly store: Storage) {
    Object.assign(this, kept(store));
  }

  get words(): Words {
    return { prompt: this.prompt, negative: this.negative, title: this.title, alt: this.alt, tags: [...this.tags] };
  }

  get writing(): Writing | undefined {
    return this.writings[this.chosen];
  }

  keep(): void {
    const { theme, words, writings, writtenFor, chosen, options, preset, jobs } = this;
    const all: Kept = { theme, ...words, writings, writtenFor, chosen, options, preset, jobs };
    try {
      this.store.setItem(PLACE, JSON.stringify(all));
    } catch {
      // then the draft lasts as long as the page
    }
  }

  /** Takes in a new writing of the theme; those of another theme make way for it. */
  add(writing: Writing): void {
    const theme = this.theme.trim();
    this.remember();
    this.writings = withAnother(this.writtenFor === theme ? this.writings : [], writing);
    this.writtenFor = theme;
    this.show(this.writings.length - 1);
  }

  /** Goes over to another writing; what was changed in the one before stays changed in it. */
  choose(index: number): void {
    this.remember();
    this.show(index);
  }

  /** Forgets the words, so that the next job has its own written. */
  clearPrompt(): void {
    this.remember();
    Object.assign(this, NO_WORDS, { tags: [], chosen: -1 });
  }

  /** Makes again what was made before: its words and its options. */
  take({ theme, prompt, options }: Pick<PromptRecord, 'theme' | 'prompt' | 'options'>): void {
    this.clearPrompt();
    this.theme = theme;
    this.prompt = prompt.prompt;
    this.negative = options.negative_prompt ?? prompt.negative_prompt;
    this.title = prompt.title;
    this.alt = prompt.alt_text;
    this.tags = [...prompt.tags];
    this.options = formOf(options);
    this.preset = '';
  }

  usePreset({ id, options }: Preset): void {
    this.options = formOf(options);
    if (options.negative_prompt !== null) this.negative = options.negative_prompt;
    this.preset = id;
  }

  request(): JobDraft {
    const { theme, prompt, negative, title, alt, tags } = this;
    const options = this.fullOptions();
    if (prompt.trim() === '') return { theme: theme.trim(), options };
    return { theme: theme.trim(), options, prompt: givenPrompt({ prompt, negative, title, alt, tags }) };
  }

  /** The options with the negative prompt, which goes beside the prompt on the page. */
  fullOptions(): ReturnType<typeof optionsOf> {
    const options = optionsOf(this.options);
    const negative = this.negative.trim();
    return negative === '' ? options : { ...options, negative_prompt: negative };
  }

  /** The same key for the same request until it was taken: pressing twice paints once. */
  keyFor(request: JobDraft): string {
    const body = JSON.stringify(request);
    if (this.key.body !== body) this.key = { body, key: freshKey() };
    return this.key.key;
  }

  taken(jobId: string): void {
    this.key = { body: '', key: '' };
    this.jobs = [jobId, ...this.jobs].slice(0, JOBS);
  }

  private remember(): void {
    const { words, chosen } = this;
    this.writings = this.writings.map((one, index) => (index === chosen ? { ...one, ...words } : one));
  }

  private show(index: number): void {
    const writing = this.writings[index];
    if (writing === undefined) return;
    const { prompt, negative, title, alt, tags } = writing;
    Object.assign(this, { prompt, negative, title, alt, tags: [...tags], chosen: index });
  }
}

function kept(store: Storage): Partial<Kept> {
  try {
    const found: unknown = JSON.parse(store.getItem(PLACE) ?? '{}');
    if (typeof found !== 'object' || found === null) return {};
    const draft = found as Partial<Kept>;
    return { ...draft, options: { ...NO_OPTIONS, ...draft.options } };
  } catch {
    return {};
  }
}

/** One draft for the life of the page. */
export const draft = new Draft(localStorage);
