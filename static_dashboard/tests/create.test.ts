import { beforeEach, describe, expect, it } from 'vitest';
import type { Config, Estimate, Job, PromptView } from '../src/lib/api/types';
import { priceTag } from '../src/pages/create/price';
import { sourceSentence, toAvoid, withAnother, writingOf } from '../src/pages/create/promptOptions';
import { waking } from '../src/lib/text/starting';

const NOW = new Date('2026-11-24T12:00:00Z');

function config(status: 'ready' | 'asleep' = 'ready'): Config {
  return { limits: { images_per_day: 500, images_per_month: 10_000 }, painter: { status } } as Config;
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
    ...own,
  };
}

describe('the price, before the button is pressed', () => {
  it('names time, cost and what was painted today', () => {
    expect(priceTag(estimate({}), config())).toBe('About 24 s at no cost. 12 of 500 painted today.');
    expect(priceTag(estimate({ cost_usd: 0.08 }), config())).toBe(
      'About 24 s for about $0.08. 12 of 500 painted today.',
    );
    expect(priceTag(estimate({ cost_usd: null }), config())).toBe('About 24 s. 12 of 500 painted today.');
  });

  it('promises nothing that was never measured', () => {
    expect(priceTag(estimate({ painting_s: null, cost_usd: null }), config())).toBe(
      'How long it takes is known after the first picture. 12 of 500 painted today.',
    );
    expect(priceTag(null, config())).toBe('');
  });

  it('says how long a sleeping painter takes to wake, from how long it took', () => {
    expect(priceTag(estimate({ wake_s: 118 }), config('asleep'))).toContain(
      'The painter sleeps: waking takes about 2 min.',
    );
    expect(priceTag(estimate({}), config('asleep'))).toContain('The painter sleeps and has to wake first.');
    expect(priceTag(estimate({ wake_s: 118, jobs_ahead: 2 }), config('asleep'))).toBe(
      'About 24 s at no cost, after 2 other jobs. 12 of 500 painted today.',
    );
  });

  it('says what the limits still allow', () => {
    expect(priceTag(estimate({ day_left: 2 }), config())).toBe(
      'Only 2 images left of today’s 500; the limit begins anew at midnight UTC.',
    );
    expect(priceTag(estimate({ day_left: 0 }), config())).toContain('None is left of today’s 500 pictures');
    expect(priceTag(estimate({ month_left: 1 }), config())).toContain('Only 1 image left of this month’s 10,000');
  });
});

describe('several writings of one theme', () => {
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

  it('differ from those before as they were written, not as somebody changed them', () => {
    const first = { ...writingOf(view('a fox')), prompt: 'a fox, at night' };

    expect(toAvoid([first, writingOf(view('an owl'))])).toEqual(['a fox', 'an owl']);
  });

  it('stay few enough to choose from', () => {
    let writings: ReturnType<typeof writingOf>[] = [];
    for (let n = 0; n < 12; n += 1) writings = withAnother(writings, writingOf(view(`number ${n}`)));

    expect(writings.map(({ prompt }) => prompt)).toEqual(Array.from({ length: 9 }, (_, n) => `number ${n + 3}`));
  });

  it('say who wrote the prompt', () => {
    const writing = writingOf(view('a fox'));

    expect(sourceSentence({ ...writing, prompt: ' ' }, undefined)).toContain('Left empty');
    expect(sourceSentence(writing, writing)).toBe('Composed from word lists. Change it as you like.');
    expect(sourceSentence({ ...writing, prompt: 'two foxes' }, writing)).toBe(
      'Composed from word lists, changed by you.',
    );
    expect(sourceSentence(writing, undefined)).toBe('Yours, as you typed it.');
  });
});

describe('waiting for an inference service that starts', () => {
  const job = (own: object): Job =>
    ({
      status: 'painting',
      progress: { step: 0, note: 'Starting the inference service' },
      reason: null,
      waited_s: 0,
      updated_at: '2026-11-24T11:59:30Z',
      cancel_requested: false,
      ...own,
    }) as Job;

  it('counts down from how long it usually takes', () => {
    expect(waking(job({}), 120, NOW)).toBe('About 1 min 30 s');
    expect(waking(job({ waited_s: 60 }), 120, NOW)).toBe('About 30 s');
    expect(
      waking(
        job({
          waited_s: 60,
          status: 'queued',
          reason: { code: 'starting', message: 'The inference service is still starting.' },
        }),
        120,
        NOW,
      ),
    ).toBe('About 30 s');
  });

  it('admits when it takes longer, and promises nothing unmeasured', () => {
    expect(waking(job({ waited_s: 120 }), 120, NOW)).toBe('Taking longer than usual: 2 min 30 s so far');
    expect(waking(job({}), null, NOW)).toBe('30 s so far');
  });

  it('is nothing for a job that is painted or cancelled', () => {
    expect(waking(job({ progress: { step: 3, note: '' } }), 120, NOW)).toBe('');
    expect(waking(job({ cancel_requested: true }), 120, NOW)).toBe('');
  });
});

describe('a draft', () => {
  class Store {
    readonly kept = new Map<string, string>();
    getItem = (name: string) => this.kept.get(name) ?? null;
    setItem = (name: string, value: string) => void this.kept.set(name, value);
  }
  let store: Storage;
  let make: () => Promise<import('../src/pages/create/draft.svelte').Draft>;

  beforeEach(() => {
    store = new Store() as unknown as Storage;
    globalThis.localStorage = store;
    make = async () => new (await import('../src/pages/create/draft.svelte')).Draft(store);
  });

  const written = (prompt: string) => ({
    ...writingOf({
      prompt,
      negative_prompt: '',
      title: prompt,
      alt_text: '',
      tags: ['t'],
      source: 'chatgpt',
      sentence: '',
    } as unknown as PromptView),
  });

  it('keeps what was changed in a writing while another is looked at', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.add(written('one'));
    draft.add(written('two'));

    draft.prompt = 'two, changed';
    draft.choose(0);
    expect(draft.prompt).toBe('one');
    draft.choose(1);

    expect(draft.prompt).toBe('two, changed');
  });

  it('begins anew with writings of another theme', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.add(written('one'));
    draft.theme = 'owls';
    draft.add(written('two'));

    expect(draft.writings.map(({ prompt }) => prompt)).toEqual(['two']);
    expect(draft.chosen).toBe(0);
  });

  it('outlives a reload with all its writings, its options and its jobs', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    draft.add(written('one'));
    draft.add(written('two'));
    draft.options.steps = '12';
    draft.taken('job-1');
    draft.keep();

    const again = await make();

    expect(again.writings.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
    expect(again.prompt).toBe('two');
    expect(again.options.steps).toBe('12');
    expect(again.jobs).toEqual(['job-1']);
  });

  it('asks twice for the same with the same key, until it was taken', async () => {
    const draft = await make();
    draft.theme = 'foxes';
    const key = draft.keyFor(draft.request());

    expect(draft.keyFor(draft.request())).toBe(key);
    draft.taken('job-1');
    expect(draft.keyFor(draft.request())).not.toBe(key);
  });
});
