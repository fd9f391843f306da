import { expect, it } from 'vitest';
import {
  actionText,
  actorName,
  changesOf,
  filterOf,
  isFull,
  kindName,
  KINDS,
  NO_FILTER,
  targetLink,
} from '../../../src/pages/audit/entries';

it('names actions, also those of a newer service', () => {
  expect(actionText('schedule.pause')).toBe('Paused schedule');
  expect(actionText('planet.move')).toBe('planet.move');
  expect(KINDS.map(kindName)).toContain('API keys');
});

it('shows changes by the app itself as automatic, and filters by this word', () => {
  expect(actorName({ actor: 'auto-image-gen', actor_name: 'auto-image-gen' })).toBe('Automatic');
  expect(actorName({ actor: 'key:auto-image-gen', actor_name: 'auto-image-gen' })).toBe('auto-image-gen');
  expect(filterOf({ ...NO_FILTER, actor: 'automatic' })).toEqual({ actor: 'auto-image-gen' });
  expect(actionText('images.expire')).toBe('Moved images to trash after their retention period');
  expect(actionText('images.empty_trash')).toBe('Emptied trash');
});

it('shows each value before and after', () => {
  const before = { paused: false, reason: 'Holiday' };
  const after = { paused: true, ids: ['a', 'b'], limit: 7 };

  expect(changesOf({ before, after })).toEqual([
    { name: 'paused', before: 'false', after: 'true' },
    { name: 'reason', before: '“Holiday”', after: null },
    { name: 'ids', before: null, after: 'a, b' },
    { name: 'limit', before: null, after: '7' },
  ]);
});

it('links to what still exists', () => {
  expect(targetLink({ action: 'image.approve', target: '01A' })).toBe('#/images/01A');
  expect(targetLink({ action: 'webhook.set', target: 's' })).toBe('#/schedules/s');
  for (const action of ['image.purge', 'schedule.delete', 'settings.update', 'key.create', 'images.trash']) {
    expect(targetLink({ action, target: 'x' })).toBeUndefined();
  }
});

it('asks for whole days of this browser, the last one included', () => {
  const { since, until } = filterOf({ ...NO_FILTER, from: '2026-11-24', to: '2026-11-24' });

  expect(since).toBe(new Date('2026-11-24T00:00:00').toISOString());
  expect(until).toBe(new Date('2026-11-25T00:00:00').toISOString());
});

it('leaves out what is empty', () => {
  expect(filterOf({ ...NO_FILTER, actor: ' ', target: ' s ' })).toEqual({ target: 's' });
});

it('tells that a file has as many entries as one can have', () => {
  expect(isFull('time,actor\r\n1,a\r\n2,"two\nlines"\r\n', 2)).toBe(true);
  expect(isFull('time,actor\r\n1,a\r\n2,"two\nlines"\r\n', 3)).toBe(false);
});
