import { expect, it, vi } from 'vitest';
import { ImageLoader } from '../../../src/lib/store/imageLoader';
import { image } from '../../image';

it('asks once, together, for what is wanted in one go', async () => {
  const imagesById = vi.fn((ids: readonly string[]) =>
    Promise.resolve({ items: ids.map((id) => image({ id })) } as never),
  );
  const found: string[] = [];
  const loader = new ImageLoader({ imagesById }, ({ id }) => found.push(id));

  for (let one = 0; one < 120; one++) loader.load(`id ${one % 110}`);
  await vi.waitFor(() => expect(found).toHaveLength(110));

  expect(imagesById.mock.calls.map(([ids]) => ids.length)).toEqual([100, 10]);
});

it('asks again for what failed, when somebody wants it again', async () => {
  const imagesById = vi.fn(() => Promise.reject(new Error('down')));
  const loader = new ImageLoader({ imagesById }, () => {});

  loader.load('a');
  await vi.waitFor(() => expect(imagesById).toHaveBeenCalledTimes(1));

  await vi.waitFor(() => {
    loader.load('a');
    expect(imagesById).toHaveBeenCalledTimes(2);
  });
});
