import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../src/lib/api/errors';
import type { LibraryImage, ImagePatch, Schedule } from '../../../src/lib/api/types';
import { Library } from '../../../src/lib/store/library.svelte';
import type { Session } from '../../../src/lib/session/session.svelte';
import { image } from '../../image';

/** A service with one image, which answers when a test lets it. */
function service(first: LibraryImage) {
  let kept = first;
  const patches: { etag: string; patch: ImagePatch }[] = [];
  const api = {
    images: async () => ({ items: [kept], next_cursor: null }),
    image: async () => kept,
    patchImage: async (_: string, etag: string, patch: ImagePatch) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      patches.push({ etag, patch });
      if (etag !== kept.etag) throw new ApiError(412, 'stale', 'Somebody saved a newer version.', false);
      kept = { ...kept, ...patch, etag: String(Number(kept.etag) + 1) } as LibraryImage;
      return kept;
    },
  };
  return {
    library: new Library({ api, asking: false } as unknown as Session),
    patches,
    saveElsewhere: (change: Partial<LibraryImage>) =>
      (kept = { ...kept, ...change, etag: String(Number(kept.etag) + 1) }),
    refuse: () =>
      (api.patchImage = () => Promise.reject(new ApiError(403, 'forbidden', 'Your role does not allow this.', false))),
    get kept() {
      return kept;
    },
  };
}

async function shown(library: Library) {
  const list = library.list('');
  await list.reload();
  return { now: () => list.at(0) as LibraryImage };
}

describe('changing an image', () => {
  it('shows at once and keeps two quick changes, each on the version of the one before', async () => {
    const here = service(image({ id: 'A' }));
    const list = await shown(here.library);

    const first = here.library.changes.patch(list.now(), { favourite: true });
    const second = here.library.changes.patch(list.now(), { rating: 4 });
    const before = list.now();
    await Promise.all([first, second]);

    expect(before).toMatchObject({ favourite: true, rating: 4 });
    expect(here.patches.map(({ etag }) => etag)).toEqual(['1', '2']);
    expect(list.now()).toMatchObject({ favourite: true, rating: 4, etag: '3' });
  });

  it('goes onto the newer version when somebody else saved first', async () => {
    const here = service(image({ id: 'A' }));
    const list = await shown(here.library);
    here.saveElsewhere({ title: 'Theirs' });

    await here.library.changes.patch(list.now(), { rating: 2 });

    expect(list.now()).toMatchObject({ title: 'Theirs', rating: 2 });
  });

  it('is taken back when the service refuses it', async () => {
    const here = service(image({ id: 'A', rating: 1 }));
    const list = await shown(here.library);
    here.refuse();

    const changing = here.library.changes.patch(list.now(), { rating: 5 });
    const before = list.now().rating;

    await expect(changing).rejects.toThrow('Your role does not allow this.');
    expect([before, list.now().rating]).toEqual([5, 1]);
  });

  it('is not undone on screen by an older state that the feed still tells', async () => {
    const here = service(image({ id: 'A' }));
    const list = await shown(here.library);

    const changing = here.library.changes.patch(list.now(), { rating: 5 });
    here.library.noteImages([image({ id: 'A', rating: 0 })]);
    const during = list.now().rating;
    await changing;

    expect(during).toBe(5);
  });
});

describe('a schedule', () => {
  it('stays at its later version when an earlier one arrives last', () => {
    const { library } = service(image({ id: 'A' }));
    const before = { id: 'S', name: 'Before', deleted_at: null, updated_at: '2026-11-23T09:00:00Z' } as Schedule;
    const after = { ...before, name: 'After', updated_at: '2026-11-23T09:00:01Z' };

    library.noteSchedule(before);
    library.noteSchedule(after);
    library.noteSchedule(before);

    expect(library.schedules.get('S')?.name).toBe('After');
  });
});
