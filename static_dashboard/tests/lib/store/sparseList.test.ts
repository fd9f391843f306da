import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SparseList } from '../../../src/lib/store/sparseList';
import type { DayCount } from '../../../src/lib/store/dayGroup';

interface Thing {
  id: string;
  day: string;
}

/** A library of days, newest first: what a service would tell of it. */
function libraryOf(counts: readonly number[]) {
  let number = 0;
  const items: Thing[] = [];
  counts.forEach((count, index) => {
    const day = `2026-${String(9999 - index)}`;
    for (let n = 0; n < count; n += 1) items.push({ id: String(1e6 - (number += 1)), day });
  });
  return items;
}

const daysOf = (items: readonly Thing[]): DayCount[] => {
  const days = new Map<string, number>();
  for (const { day } of items) days.set(day, (days.get(day) ?? 0) + 1);
  return [...days].map(([day, count]) => ({ day, count }));
};
const fresh = () => new SparseList<Thing>(({ day }) => day);
const ids = (list: SparseList<Thing>) => Array.from({ length: list.length }, (_, index) => list.at(index)?.id ?? '?');

/** Loads everything between two indexes in pages, as the service answers; returns how many pages that took. */
function look(list: SparseList<Thing>, service: readonly Thing[], from: number, to: number, size = 7): number {
  for (let pages = 0; pages < 400; pages += 1) {
    const gap = list.gap(from, to);
    if (gap === null) return pages;
    const { after, day } = gap;
    const rest = service.filter((item) => (after !== null ? item.id < after : day === '' || item.day <= day));
    list.place(gap, rest.slice(0, size), rest.length <= size);
  }
  throw new Error('it never has what it wants');
}

const counts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });

describe('a list of which parts are here', () => {
  it('learns its days page after page', () => {
    const service = libraryOf([3, 9, 2]);
    const list = fresh();

    look(list, service, 0, 8);
    const first = [list.days(), list.ended];
    look(list, service, 0, 99);

    expect(first).toEqual([
      [
        { day: '2026-9999', count: 3 },
        { day: '2026-9998', count: 9 },
        { day: '2026-9997', count: 2 },
      ],
      true,
    ]);
    expect(ids(list)).toEqual(service.map(({ id }) => id));
  });

  it('has what is looked at, wherever that is, and asks for little else', () => {
    fc.assert(
      fc.property(counts, fc.nat(600), fc.nat(40), (some, from, span) => {
        const service = libraryOf(some);
        const list = fresh();
        list.setCounts(daysOf(service));
        const to = Math.min(service.length, from + span);

        const pages = look(list, service, from, to, 20);

        for (let index = from; index < to; index += 1) expect(list.at(index)?.id).toBe(service[index]?.id);
        expect(list.length).toBe(service.length);
        expect(pages).toBeLessThan(span / 20 + 4);
      }),
    );
  });

  it('heals counts that were wrong, where somebody looks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 30 })), { minLength: 1, maxLength: 20 }),
        (both) => {
          const service = libraryOf([...both.map(([count]) => count), 3]);
          const list = fresh();
          list.setCounts(daysOf(libraryOf([...both.map(([, wrong]) => wrong), 3])));

          look(list, service, 0, 1_000);

          expect(ids(list)).toEqual(service.map(({ id }) => id));
          expect(list.days()).toEqual(daysOf(service));
        },
      ),
    );
  });

  it('forgets the days that were looked at longest ago, and finds its way back to them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 3, maxLength: 8 }), (some) => {
        const service = libraryOf(some);
        const list = fresh();
        look(list, service, 0, service.length, 50);

        list.unload(service.length - 10, service.length, 100);
        const left = list.loaded;
        look(list, service, 0, service.length, 50);

        expect(left).toBeLessThanOrEqual(100);
        expect(ids(list)).toEqual(service.map(({ id }) => id));
      }),
    );
  });

  it('keeps one place for each item while items come and go', () => {
    const doings = fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'look', 'forget', 'count'), fc.nat(100_000)), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(counts, doings, fc.boolean(), (some, all, counted) => {
        let service = libraryOf(some);
        const list = fresh();
        if (counted) list.setCounts(daysOf(service));
        for (const [what, value] of all) {
          const at = service.length === 0 ? 0 : value % service.length;
          const there = service[at];
          if (what === 'add') {
            const item = { id: `${there?.id ?? '500'}+${value}`, day: there?.day ?? '2026-5000' };
            if (service.some(({ id }) => id === item.id)) continue;
            service = [...service, item].sort((a, b) => (a.id < b.id ? 1 : -1));
            if (!list.insert(item, true) && counted) list.setCounts(daysOf(service));
          } else if (what === 'remove' && there !== undefined) {
            service = service.toSpliced(at, 1);
            if (!list.remove(there.id) && counted) list.setCounts(daysOf(service));
          } else if (what === 'look') look(list, service, at, at + 15);
          else if (what === 'forget') list.unload(at, at + 15, 20);
          else if (what === 'count' && counted) list.setCounts(daysOf(service));
        }

        look(list, service, 0, service.length + 1);

        expect(ids(list)).toEqual(service.map(({ id }) => id));
        expect(list.loaded).toBe(service.length);
        for (const [index, { id }] of service.entries()) expect(list.indexOf(id)).toBe(index);
      }),
      { numRuns: 300 },
    );
  });

  it('shows a day that changed until it is loaded anew', () => {
    const service = libraryOf([4, 4]);
    const list = fresh();
    look(list, service, 0, 8);

    list.setCounts([
      { day: '2026-9999', count: 3 },
      { day: '2026-9998', count: 4 },
    ]);
    const meanwhile = list.at(0)?.id;
    look(list, service.slice(1), 0, 7);

    expect(meanwhile).toBe(service[0]?.id);
    expect(ids(list)).toEqual(service.slice(1).map(({ id }) => id));
  });
});
