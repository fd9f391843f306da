import { describe, expect, it } from 'vitest';
import type { Delivery, Publication } from '../../../src/lib/api/types';
import { deliveryState, problem } from '../../../src/pages/publish/deliveries';
import { fieldsOf, isChanged, publicationText, requestOf } from '../../../src/pages/publish/form';

const PUBLICATION = { slug: 'animals', publish: 'everything', include_prompts: true } as Publication;
const NOW = new Date('2026-11-24T12:00:00Z');

describe('a publication', () => {
  it('starts with approved images only', () => {
    expect(requestOf(fieldsOf(null), '3')).toEqual({
      publish: 'approved',
      slug: null,
      include_prompts: false,
      etag: '3',
    });
  });

  it('fills the form, which differs only after a change', () => {
    const fields = fieldsOf(PUBLICATION);

    expect(requestOf(fields, '3')).toEqual({
      publish: 'everything',
      slug: 'animals',
      include_prompts: true,
      etag: '3',
    });
    expect(isChanged(fields, PUBLICATION)).toBe(false);
    expect(isChanged({ ...fields, publish: 'off' }, PUBLICATION)).toBe(true);
    expect(requestOf({ ...fields, publish: 'off' }, '3')).toBeUndefined();
  });

  it('is described in a sentence', () => {
    expect(publicationText(null)).toBe('Not published. Only signed-in users can see these images.');
    expect(publicationText(PUBLICATION)).toBe('All images are public, including their prompts.');
    expect(publicationText({ ...PUBLICATION, publish: 'approved', include_prompts: false })).toBe(
      'Approved images are public.',
    );
  });
});

describe('a webhook delivery', () => {
  const attempt = (problem = '') => ({
    at: '2026-11-24T11:58:00Z',
    status: problem === '' ? 204 : 500,
    ms: 12,
    problem,
  });
  const delivery = (own: Partial<Delivery>) =>
    ({ state: 'pending', attempts: [], next_try_at: null, at: '2026-11-24T11:57:00Z', ...own }) as Delivery;

  it('is described by its state and attempts', () => {
    const twice = [attempt('It answered 500.'), attempt()];

    expect(deliveryState(delivery({}), NOW)).toBe('Queued');
    expect(deliveryState(delivery({ state: 'delivered', attempts: [attempt()] }), NOW)).toBe('Delivered 2 min ago');
    expect(deliveryState(delivery({ state: 'delivered', attempts: twice }), NOW)).toBe(
      'Delivered 2 min ago on attempt 2',
    );
    expect(deliveryState(delivery({ attempts: [attempt('x')], next_try_at: '2026-11-24T12:04:00Z' }), NOW)).toBe(
      '1 failed attempt. Next attempt in 4 min.',
    );
    expect(deliveryState(delivery({ state: 'failed', attempts: [attempt('x'), attempt('x')] }), NOW)).toBe(
      'Failed 2 min ago after 2 attempts',
    );
  });

  it('says why the latest attempt failed', () => {
    expect(problem(delivery({ attempts: [attempt('It answered 500.')] }))).toBe('It answered 500.');
    expect(problem(delivery({ state: 'delivered', attempts: [attempt('x'), attempt()] }))).toBe('');
  });
});
