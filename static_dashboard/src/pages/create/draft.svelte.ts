import type { ImageParameters, JobDraft, Language, Preset, PromptRecord } from '../../lib/api/types';
import { freshKey } from '../../lib/text/ids';
import { formOf, NO_OPTIONS, optionsOf, type OptionsForm } from './options';
import { formWith, themeOf } from './parameters';
import { fittingTexts, givenPrompt, NO_TEXTS, withOption, type PromptTexts, type PromptOption } from './promptOptions';

const STORAGE_KEY = 'auto-image-gen.draft';
const MAX_JOBS = 8;

/** Texts as they were written together, and the theme that they were written for. */
export interface WrittenTexts extends PromptTexts {
  theme: string;
}

const NOTHING_WRITTEN: WrittenTexts = { ...NO_TEXTS, theme: '' };

interface SavedDraft extends PromptTexts {
  theme: string;
  promptOptions: PromptOption[];
  promptOptionsTheme: string;
  chosen: number;
  written: WrittenTexts;
  options: OptionsForm;
  preset: string;
  promptLanguage: Language | '';
  textLanguage: Language;
  jobs: string[];
}

/** The contents of the Create page. They survive a change of page and a reload. */
export class Draft implements SavedDraft {
  theme = $state('');
  prompt = $state('');
  negative = $state('');
  title = $state('');
  alt = $state('');
  tags = $state<string[]>([]);
  /** Prompts written for `promptOptionsTheme`. */
  promptOptions = $state.raw<PromptOption[]>([]);
  promptOptionsTheme = $state('');
  /** Index of the prompt option that the form shows; -1: none. */
  chosen = $state(-1);
  /** What the prompt in the form was at first, to tell whether title, alt text, and theme still fit. */
  written = $state.raw<WrittenTexts>(NOTHING_WRITTEN);
  options = $state<OptionsForm>({ ...NO_OPTIONS });
  /** ID of the preset that the options came from, or empty. */
  preset = $state('');
  /** Language of prompts that are written; empty for that of the image model. */
  promptLanguage = $state<Language | ''>('');
  /** Language of titles and alt texts that are written. */
  textLanguage = $state<Language>('en');
  /** IDs of jobs started from this page, newest first. */
  jobs = $state<string[]>([]);
  private key = { body: '', key: '' };

  constructor(private readonly store: Storage) {
    Object.assign(this, readDraft(store));
  }

  get texts(): PromptTexts {
    return { prompt: this.prompt, negative: this.negative, title: this.title, alt: this.alt, tags: [...this.tags] };
  }

  get chosenOption(): PromptOption | undefined {
    return this.promptOptions[this.chosen];
  }

  save(): void {
    const { theme, texts, promptOptions, promptOptionsTheme, chosen, written, options, preset, jobs } = this;
    const { promptLanguage, textLanguage } = this;
    const what = { theme, ...texts, promptOptions, promptOptionsTheme, chosen, written };
    const all: SavedDraft = { ...what, options, preset, promptLanguage, textLanguage, jobs };
    try {
      this.store.setItem(STORAGE_KEY, JSON.stringify(all));
    } catch {
      // Without storage, the draft lasts as long as the page.
    }
  }

  /** Add a prompt written for the current theme, and choose it. Options of another theme are dropped. */
  addPromptOption(option: PromptOption): void {
    const theme = this.theme.trim();
    this.storeEdits();
    this.promptOptions = withOption(this.promptOptionsTheme === theme ? this.promptOptions : [], option);
    this.promptOptionsTheme = theme;
    this.show(this.promptOptions.length - 1);
  }

  /** Show another prompt option; edits of the one shown before are kept. */
  choosePromptOption(index: number): void {
    this.storeEdits();
    this.show(index);
  }

  /** Empty the prompt and its texts, so that the next job has a prompt written. */
  clearPrompt(): void {
    this.storeEdits();
    Object.assign(this, NO_TEXTS, { tags: [], chosen: -1, written: NOTHING_WRITTEN });
  }

  /** Remove title, alt text, and tags of another prompt after an edit of the prompt. */
  fitTexts(): void {
    if (this.written.prompt !== '') Object.assign(this, fittingTexts(this.texts, this.written));
  }

  /** The theme that the prompt was written for, if it is another one by now; empty otherwise. */
  get otherTheme(): string {
    const { theme, prompt } = this.written;
    return this.prompt.trim() !== '' && prompt !== '' && theme !== this.theme.trim() ? theme : '';
  }

  /** Fill the form with an earlier theme, prompt and options. */
  load({ theme, prompt, options }: Pick<PromptRecord, 'theme' | 'prompt' | 'options'>): void {
    this.clearPrompt();
    this.theme = theme;
    this.prompt = prompt.prompt;
    this.negative = options.negative_prompt ?? prompt.negative_prompt;
    this.title = prompt.title;
    this.alt = prompt.alt_text;
    this.tags = [...prompt.tags];
    this.written = { ...this.texts, theme: theme.trim() };
    this.options = formOf(options);
    this.preset = '';
  }

  /** Fill the form with the parameters of an image file or text. Returns a function that restores the form. */
  useParameters(found: ImageParameters): () => void {
    const { theme, texts, promptOptions, chosen, written, preset } = this;
    const before = { theme, ...texts, promptOptions, chosen, written, preset, options: { ...this.options } };
    this.clearPrompt();
    this.theme = found.theme || (theme.trim() === '' ? themeOf(found.prompt) : theme);
    this.prompt = found.prompt;
    this.negative = found.negative_prompt;
    this.title = found.title;
    this.alt = found.alt_text;
    this.tags = [...found.tags];
    if (found.title !== '') this.written = { ...this.texts, theme: this.theme.trim() };
    this.options = formWith(found.options, this.options.count);
    this.preset = '';
    return () => Object.assign(this, before);
  }

  usePreset({ id, options }: Preset): void {
    this.options = formOf(options);
    if (options.negative_prompt !== null) this.negative = options.negative_prompt;
    this.preset = id;
  }

  request(): JobDraft {
    const { theme, prompt, negative, title, alt, tags } = this;
    const options = this.fullOptions();
    if (prompt.trim() === '') return { theme: theme.trim(), options, ...this.languages };
    return { theme: theme.trim(), options, prompt: givenPrompt({ prompt, negative, title, alt, tags }) };
  }

  /** The languages of what is written, as the API takes them; nothing for the default. */
  get languages(): Pick<JobDraft, 'prompt_language' | 'text_language'> {
    return {
      ...(this.promptLanguage === '' ? {} : { prompt_language: this.promptLanguage }),
      ...(this.textLanguage === 'en' ? {} : { text_language: this.textLanguage }),
    };
  }

  /** The options with the negative prompt, which the page shows with the prompt. */
  fullOptions(): ReturnType<typeof optionsOf> {
    const options = optionsOf(this.options);
    const negative = this.negative.trim();
    return negative === '' ? options : { ...options, negative_prompt: negative };
  }

  /** The Idempotency-Key of a request: the same until the job is accepted, so that a second click adds no second job. */
  keyFor(request: JobDraft): string {
    const body = JSON.stringify(request);
    if (this.key.body !== body) this.key = { body, key: freshKey() };
    return this.key.key;
  }

  /** Start a new Idempotency-Key and list the job first. */
  noteSubmitted(jobId: string): void {
    this.key = { body: '', key: '' };
    this.jobs = [jobId, ...this.jobs].slice(0, MAX_JOBS);
  }

  private storeEdits(): void {
    const { texts, chosen } = this;
    this.promptOptions = this.promptOptions.map((one, index) => (index === chosen ? { ...one, ...texts } : one));
  }

  private show(index: number): void {
    const option = this.promptOptions[index];
    if (option === undefined) return;
    const { prompt, negative, title, alt, tags } = option;
    const written = { ...(option.written ?? option), theme: this.promptOptionsTheme };
    Object.assign(this, { prompt, negative, title, alt, tags: [...tags], chosen: index, written });
  }
}

/** Drafts stored before the prompt options got their names. */
interface OldNames {
  writings?: PromptOption[];
  writtenFor?: string;
}

function readDraft(store: Storage): Partial<SavedDraft> {
  try {
    const found: unknown = JSON.parse(store.getItem(STORAGE_KEY) ?? '{}');
    if (typeof found !== 'object' || found === null) return {};
    const { writings = [], writtenFor = '', ...draft } = found as Partial<SavedDraft> & OldNames;
    return {
      promptOptions: writings,
      promptOptionsTheme: writtenFor,
      ...draft,
      options: { ...NO_OPTIONS, ...draft.options },
    };
  } catch {
    return {};
  }
}

/** The draft of this page. */
export const draft = new Draft(localStorage);
