import { expect, it, vi } from 'vitest';
import { Wanted } from '../src/lib/store/imageLoader';
import { picture } from './image';

it('asks once, together, for what is wanted in one go', async () => {
  const named = vi.fn((ids: readonly string[]) =>
    Promise.resolve({ items: ids.map((id) => picture({ id })) } as never),
  );
  const found: string[] = [];
  const wanted = new Wanted({ named }, ({ id }) => found.push(id));

  for (let one = 0; one < 120; one++) wanted.want(`id ${one % 110}`);
  await vi.waitFor(() => expect(found).toHaveLength(110));

  expect(named.mock.calls.map(([ids]) => ids.length)).toEqual([100, 10]);
});

it('asks again for what failed, when somebody wants it again', async () => {
  const named = vi.fn(() => Promise.reject(new Error('down')));
  const wanted = new Wanted({ named }, () => {});

  wanted.want('a');
  await vi.waitFor(() => expect(named).toHaveBeenCalledTimes(1));

  await vi.waitFor(() => {
    wanted.want('a');
    expect(named).toHaveBeenCalledTimes(2);
  });
});
