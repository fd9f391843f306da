import { beforeEach, describe, expect, it } from 'vitest';
import type { Config, Estimate, PromptView } from '../../../src/lib/api/types';
import { estimateText, limitText } from '../../../src/pages/create/estimateText';
import {
  sourceText,
  promptsToAvoid,
  textsRemoved,
  withOption,
  promptOptionOf,
} from '../../../src/pages/create/promptOptions';

function config(status: 'ready' | 'asleep' = 'ready', longest_start_s: number | null = null): Config {
  return { limits: { images_per_day: 500, images_per_month: 10_000 }, painter: { status, longest_start_s } } as Config;
}

function estimate(own: Partial<Estimate>): Estimate {
  return {
    pictures: 4,
    painting_s: 24,
    cost_usd: 0,
    wake_s: null,
    measured_pictures: 30,
    jobs_ahead: 0,
    day_left: 488,
    month_left: 9_000,
    refusal: '',
    ...own,
  };
}

describe('the estimate beside the button', () => {
  it('names time, cost and images used today', () => {
    expect(estimateText(estimate({}), config())).toBe('Takes about 24 s. No cost. 12 of 500 images used today.');
    expect(estimateText(estimate({ cost_usd: 0.08 }), config())).toBe(
      'Takes about 24 s and costs about $0.08. 12 of 500 images used today.',
    );
    expect(estimateText(estimate({ cost_usd: null }), config())).toBe('Takes about 24 s. 12 of 500 images used today.');
  });

  it('gives no figure that was never measured', () => {
    expect(estimateText(estimate({ painting_s: null, cost_usd: null }), config())).toBe(
      'An estimate is available after the first image. 12 of 500 images used today.',
    );
    expect(estimateText(null, config())).toBe('');
  });

  it('says how long the inference service takes to start, from how long it took before', () => {
    expect(estimateText(estimate({ wake_s: 118 }), config('asleep'))).toContain(
      'The inference service has to start first, which takes about 2 min.',
    );
    expect(estimateText(estimate({}), config('asleep'))).toContain('The inference service has to start first.');
    expect(estimateText(estimate({}), config('asleep', 720))).toContain(
      'The inference service has to start first, which can take up to 12 min.',
    );
    expect(estimateText(estimate({ wake_s: 118, jobs_ahead: 2 }), config('asleep'))).toBe(
      'Takes about 24 s. No cost. 2 jobs are ahead in the queue. 12 of 500 images used today.',
    );
  });

  it('gives no longest time where an API of an earlier version sends none', () => {
    const earlier = { ...config('asleep'), painter: { status: 'asleep' } } as Config;

    expect(estimateText(estimate({}), earlier)).toContain('The inference service has to start first. ');
  });

  it('says how many images the limits still allow', () => {
    expect(limitText(estimate({}), config())).toBe('');
    expect(limitText(estimate({ day_left: 2 }), config())).toBe(
      'Only 2 images are left of today’s limit of 500. It resets at midnight UTC.',
    );
    expect(limitText(estimate({ day_left: 0 }), config())).toContain('You’ve reached today’s limit of 500 images');
    expect(limitText(estimate({ month_left: 1 }), config())).toContain(
      'Only 1 image is left of this month’s limit of 10,000',
    );
  });

  it('repeats why the API would refuse the job, such as for its cost', () => {
    const refusal = 'An estimated $0.08 more would exceed today’s limit of $1.00.';

    expect(limitText(estimate({ refusal }), config())).toBe(refusal);
  });
});

describe('several prompt options of one theme', () => {
  const view = (prompt: string) =>
    ({
      prompt,
      negative_prompt: '',
      title: '',
      alt_text: '',
      tags: [],
      source: 'offline',
      sentence: '',
    }) as unknown as PromptView;

  it('avoid earlier prompts as they were written, not as they were edited', () => {
    const first = { ...promptOptionOf(view('a fox')), prompt: 'a fox, at night' };

    expect(promptsToAvoid([first, promptOptionOf(view('an owl'))])).toEqual(['a fox', 'an owl']);
  });

  it('stay few enough to choose from', () => {
    let options: ReturnType<typeof promptOptionOf>[] = [];
    for (let n = 0; n < 12; n += 1) options = withOption(options, promptOptionOf(view(`number ${n}`)));

    expect(options.map(({ prompt }) => prompt)).toEqual(Array.from({ length: 9 }, (_, n) => `number ${n + 3}`));
  });

  it('say who wrote the prompt', () => {
    const option = promptOptionOf(view('a fox'));

    expect(sourceText({ ...option, prompt: ' ' }, undefined)).toContain('Leave empty');
    expect(sourceText(option, option)).toBe('Generated from word lists. You can edit it.');
    expect(sourceText({ ...option, prompt: 'two foxes' }, option)).toBe('Generated from word lists, edited.');
    expect(sourceText(option, undefined)).toBe('Your prompt.');
  });
});

describe('a draft', () => {
  class Store {
    readonly items = new Map<string, string>();
    getItem = (name: string) => this.items.get(name) ?? null;
    setItem = (name: string, value: string) => void this.items.set(name, value);
  }
  let store: Storage;
  let make: () => Promise<import('../../../src/pages/create/draft.svelte').Draft>;

  beforeEach(() => {
    store = new Store() as unknown as Storage;
    globalThis.localStorage = store;
    make = async () => new (await import('../../../src/pages/create/draft.svelte')).Draft(store);
  });

  const written = (prompt: string) => ({
    ...promptOptionOf({
      prompt,
      negative_prompt: '',
      title: prompt,
      alt_text: '',
      tags: ['t'],
      source: 'chatgpt',
      sentence: '',
    } as unknown as PromptView),
  });

  it('keeps edits of a prompt option while another one is shown', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.addPromptOption(written('one'));
    draft.addPromptOption(written('two'));

    draft.prompt = 'two, changed';
    draft.choosePromptOption(0);
    expect(draft.prompt).toBe('one');
    draft.choosePromptOption(1);

    expect(draft.prompt).toBe('two, changed');
  });

  it('removes title, alt text, and tags that no longer fit an edited prompt', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.addPromptOption(written('one'));

    draft.prompt = 'something else';
    draft.fitTexts();
    expect(draft.texts).toMatchObject({ title: '', tags: [] });
    expect(textsRemoved(draft.texts, draft.written)).toBe(true);
    draft.prompt = 'one';
    draft.fitTexts();
    expect(draft.texts).toMatchObject({ title: 'one', tags: ['t'] });
    expect(textsRemoved(draft.texts, draft.written)).toBe(false);
    draft.title = 'My own title';
    draft.prompt = 'something else';
    draft.fitTexts();

    expect(draft.request().prompt).toMatchObject({ title: 'My own title', tags: [] });
  });

  it('says that the theme was changed under a prompt', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.addPromptOption(written('one'));
    expect(draft.otherTheme).toBe('');

    draft.theme = 'owls';

    expect(draft.otherTheme).toBe('foxes');
    draft.clearPrompt();
    expect(draft.otherTheme).toBe('');
    draft.prompt = 'typed by hand';
    expect(draft.otherTheme).toBe('');
  });

  it('drops the prompt options of another theme', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.addPromptOption(written('one'));
    draft.theme = 'owls';
    draft.addPromptOption(written('two'));

    expect(draft.promptOptions.map(({ prompt }) => prompt)).toEqual(['two']);
    expect(draft.chosen).toBe(0);
  });

  it('survives a reload with its prompt options, its options and its jobs', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.addPromptOption(written('one'));
    draft.addPromptOption(written('two'));
    draft.options.steps = '12';
    draft.noteSubmitted('job-1');
    draft.save();

    const again = await make();

    expect(again.promptOptions.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
    expect(again.prompt).toBe('two');
    expect(again.options.steps).toBe('12');
    expect(again.jobs).toEqual(['job-1']);
  });

  it('keeps the prompt options of a draft that was stored under the old names', async () => {
    const writings = [{ prompt: 'one' }, { prompt: 'two' }];
    store.setItem('auto-image-gen.draft', JSON.stringify({ theme: 'foxes', writings, writtenFor: 'foxes', chosen: 1 }));

    const draft = await make();

    expect(draft.promptOptions.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
    expect(draft.promptOptionsTheme).toBe('foxes');
    expect(draft.chosenOption?.prompt).toBe('two');
  });

  it('has languages for what is written, and sends those that were chosen', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    expect(draft.request()).not.toHaveProperty('text_language');

    draft.promptLanguage = 'ja';
    draft.textLanguage = 'de';

    expect(draft.request()).toMatchObject({ prompt_language: 'ja', text_language: 'de' });
    draft.prompt = 'a fox';
    expect(draft.request()).not.toHaveProperty('text_language');
  });

  it('uses the same Idempotency-Key for the same request until the job is accepted', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    const key = draft.keyFor(draft.request());

    expect(draft.keyFor(draft.request())).toBe(key);
    draft.noteSubmitted('job-1');
    expect(draft.keyFor(draft.request())).not.toBe(key);
  });
});
