import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../src/lib/api/types';
import { promptOptionOf } from '../../../src/pages/create/promptOptions';

const PARAMETERS: ImageParameters = {
  program: 'a1111',
  prompt: 'a fox',
  negative_prompt: '',
  options: { count: 1 } as ImageParameters['options'],
  unused: [],
  theme: '',
  title: '',
  alt_text: '',
  tags: [],
};

const OPTION = promptOptionOf({
  prompt: 'one',
  negative_prompt: '',
  title: 'one',
  alt_text: '',
  tags: ['t'],
  source: 'offline',
  sentence: '',
} as unknown as Parameters<typeof promptOptionOf>[0]);

describe('a draft', () => {
  class Store {
    readonly items = new Map<string, string>();
    getItem = (name: string) => this.items.get(name) ?? null;
    setItem = (name: string, value: string) => void this.items.set(name, value);
  }
  let make: () => Promise<import('../../../src/pages/create/draft.svelte').Draft>;

  beforeEach(() => {
    const store = new Store() as unknown as Storage;
    globalThis.localStorage = store;
    make = async () => new (await import('../../../src/pages/create/draft.svelte')).Draft(store);
  });

  it('is filled with parameters, which can be undone', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.addPromptOption(OPTION);
    draft.options.count = 3;
    draft.options.guidance = '2';

    const undo = draft.useParameters({
      ...PARAMETERS,
      negative_prompt: 'fog',
      options: { count: 1, seed: 7 } as ImageParameters['options'],
    });

    expect(draft.request()).toMatchObject({
      theme: 'foxes',
      options: { seed: 7, guidance: null, count: 3, negative_prompt: 'fog' },
      prompt: { prompt: 'a fox', title: '', tags: [] },
    });
    undo();
    expect(draft.texts).toMatchObject({ prompt: 'one', title: 'one', tags: ['t'] });
    expect(draft.options).toMatchObject({ seed: '', guidance: '2' });
    draft.theme = '';
    draft.useParameters({ ...PARAMETERS, prompt: 'an owl, at night' });
    expect(draft.theme).toBe('an owl');
  });

  it('is filled with the texts of an image of a library, which no longer fit another prompt', async () => {
    const draft = await make();
    draft.theme = 'owls';

    draft.useParameters({ ...PARAMETERS, theme: 'foxes', title: 'Fox', alt_text: 'A fox.', tags: ['fox'] });

    expect(draft.theme).toBe('foxes');
    expect(draft.texts).toEqual({ prompt: 'a fox', negative: '', title: 'Fox', alt: 'A fox.', tags: ['fox'] });
    draft.prompt = 'a wolf';
    draft.fitTexts();
    expect(draft.texts).toMatchObject({ title: '', alt: '', tags: [] });
  });
});
