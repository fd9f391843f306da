import type { JobDraft } from '../api/types';
import { freshKey } from '../words/ids';
import { NO_OPTIONS, optionsOf, type OptionsForm } from './options';

const PLACE = 'auto-image-gen.draft';

interface Kept {
  theme: string;
  prompt: string;
  negative: string;
  title: string;
  alt: string;
  tags: string[];
  options: OptionsForm;
}

/** What is being made.  It outlives a change of page and a reload. */
export class Draft {
  theme = $state('');
  prompt = $state('');
  negative = $state('');
  title = $state('');
  alt = $state('');
  tags = $state<string[]>([]);
  options = $state<OptionsForm>({ ...NO_OPTIONS });
  /** Jobs that were started from here, the newest first. */
  jobs = $state<string[]>([]);
  private key = { body: '', key: '' };

  constructor(private readonly store: Storage) {
    Object.assign(this, kept(store));
  }

  keep(): void {
    const { theme, prompt, negative, title, alt, tags, options } = this;
    try {
      this.store.setItem(PLACE, JSON.stringify({ theme, prompt, negative, title, alt, tags, options } satisfies Kept));
    } catch {
      // then the draft lasts as long as the page
    }
  }

  /** Forgets the written prompt, so that the next job has its own written. */
  clearPrompt(): void {
    this.prompt = this.negative = this.title = this.alt = '';
    this.tags = [];
  }

  request(): JobDraft {
    const options = optionsOf(this.options);
    const negative = this.negative.trim();
    const base = { theme: this.theme.trim(), options: negative === '' ? options : { ...options, negative_prompt: negative } };
    if (this.prompt.trim() === '') return base;
    return {
      ...base,
      prompt: {
        prompt: this.prompt.trim(),
        negative_prompt: negative,
        title: this.title.trim(),
        alt_text: this.alt.trim(),
        tags: this.tags,
      },
    };
  }

  /** The same key for the same request until it was taken: pressing twice paints once. */
  keyFor(request: JobDraft): string {
    const body = JSON.stringify(request);
    if (this.key.body !== body) this.key = { body, key: freshKey() };
    return this.key.key;
  }

  taken(jobId: string): void {
    this.key = { body: '', key: '' };
    this.jobs = [jobId, ...this.jobs].slice(0, 8);
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
