import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format, parse, type Route } from '../../../src/lib/router/route';

const text = fc.string({ maxLength: 40 }).map((one) => one.trim());
const id = fc.stringMatching(/^[A-Za-z0-9@_.-]{1,30}$/).filter((one) => one !== 'new');
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.record({ page: fc.constant('images' as const), q: text, image: fc.option(id) }),
  fc.record({ page: fc.constant('trash' as const), image: fc.option(id) }),
  fc.record({ page: fc.constant('compare' as const), ids: fc.array(id, { maxLength: 4 }) }),
  fc.record({ page: fc.constant('create' as const), theme: text }),
  fc.constant<Route>({ page: 'schedules' }),
  fc.constantFrom<Route>({ page: 'setup' }, { page: 'setup', show: 'logs' }),
  fc.record({ page: fc.constant('schedule' as const), id }),
  fc.record({ page: fc.constant('schedule-form' as const), id: fc.option(id) }),
  fc.record({ page: fc.constant('activity' as const), show: fc.constantFrom('all', 'open', 'trouble') }),
);

describe('routes', () => {
  it('come back from their addresses as they were', () => {
    fc.assert(
      fc.property(routes, (route) => {
        expect(parse(format(route))).toEqual(route);
      }),
    );
  });

  it('start with the images', () => {
    expect(parse('')).toEqual({ page: 'images', q: '', image: null });
  });

  it('keep the earlier address of the images, as in old bookmarks', () => {
    expect(parse('#/pictures/01J?q=fox')).toEqual(parse('#/images/01J?q=fox'));
    expect(format(parse('#/pictures?q=tag%3Asea'))).toBe('#/images?q=tag%3Asea');
  });

  it('know what they do not know', () => {
    expect(parse('#/elsewhere')).toEqual({ page: 'unknown' });
  });

  it('bear a broken escape', () => {
    expect(parse('#/images/%E0%A4%A')).toMatchObject({ page: 'images', image: '%E0%A4%A' });
  });
});
