import { describe, expect, it } from 'vitest';
import type { Delivery, Publication } from '../src/lib/api/types';
import { deliveryState, problem } from '../src/pages/publish/deliveries';
import { fieldsOf, isChanged, publishSentence, wishOf } from '../src/pages/publish/form';

const PUBLICATION = { slug: 'animals', publish: 'everything', prompts: true } as Publication;
const NOW = new Date('2026-11-24T12:00:00Z');

describe('who sees the pictures', () => {
  it('begins with approved ones only', () => {
    expect(wishOf(fieldsOf(null), '3')).toEqual({ publish: 'approved', slug: null, prompts: false, etag: '3' });
  });

  it('comes back as it was, and asks for nothing while nothing is changed', () => {
    const fields = fieldsOf(PUBLICATION);

    expect(wishOf(fields, '3')).toEqual({ publish: 'everything', slug: 'animals', prompts: true, etag: '3' });
    expect(isChanged(fields, PUBLICATION)).toBe(false);
    expect(isChanged({ ...fields, publish: 'off' }, PUBLICATION)).toBe(true);
    expect(wishOf({ ...fields, publish: 'off' }, '3')).toBeUndefined();
  });

  it('is told in a sentence', () => {
    expect(publishSentence(null)).toBe('Only people with a key see its pictures.');
    expect(publishSentence(PUBLICATION)).toBe('Every picture is on the web, with prompts.');
    expect(publishSentence({ ...PUBLICATION, publish: 'approved', prompts: false })).toBe(
      'Approved pictures are on the web.',
    );
  });
});

describe('a message to a webhook', () => {
  const attempt = (problem = '') => ({
    at: '2026-11-24T11:58:00Z',
    status: problem === '' ? 204 : 500,
    ms: 12,
    problem,
  });
  const delivery = (own: Partial<Delivery>) =>
    ({ state: 'pending', attempts: [], next_try_at: null, at: '2026-11-24T11:57:00Z', ...own }) as Delivery;

  it('tells what became of it', () => {
    const twice = [attempt('It answered 500.'), attempt()];

    expect(deliveryState(delivery({}), NOW)).toBe('On its way');
    expect(deliveryState(delivery({ state: 'delivered', attempts: [attempt()] }), NOW)).toBe('Taken 2 min ago');
    expect(deliveryState(delivery({ state: 'delivered', attempts: twice }), NOW)).toBe('Taken 2 min ago, at try 2');
    expect(deliveryState(delivery({ attempts: [attempt('x')], next_try_at: '2026-11-24T12:04:00Z' }), NOW)).toBe(
      'Tried once; again in 4 min',
    );
    expect(deliveryState(delivery({ state: 'failed', attempts: [attempt('x'), attempt('x')] }), NOW)).toBe(
      'Given up 2 min ago, after 2 tries',
    );
  });

  it('says why the last try was not taken', () => {
    expect(problem(delivery({ attempts: [attempt('It answered 500.')] }))).toBe('It answered 500.');
    expect(problem(delivery({ state: 'delivered', attempts: [attempt('x'), attempt()] }))).toBe('');
  });
});
