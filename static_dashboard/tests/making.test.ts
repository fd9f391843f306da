import { describe, expect, it } from 'vitest';
import { formOf, NO_OPTIONS, optionsOf, sameOptions, shapes, typoInOptions } from '../src/pages/create/options';
import type { LibraryImage } from '../src/lib/api/types';
import { fit, sizeLabel } from '../src/pages/viewer/fit';
import { fileName, story, took } from '../src/pages/viewer/facts';
import { nameOf } from '../src/lib/shell/shortcuts';
import { picture } from './image';

describe('options', () => {
  it('leave to the model what nobody set', () => {
    expect(optionsOf(NO_OPTIONS)).toEqual({
      model: null,
      width: null,
      height: null,
      steps: null,
      guidance: null,
      sampler: null,
      seed: null,
      count: 1,
    });
  });

  it('come back from a stored schedule into the form', () => {
    const options = optionsOf({ ...NO_OPTIONS, shape: '224x320', steps: '12', guidance: '4.5', seed: '0', count: 3 });

    expect(options).toMatchObject({ width: 224, height: 320, steps: 12, guidance: 4.5, seed: 0, count: 3 });
    expect(optionsOf(formOf(options))).toEqual(options);
  });

  it('are the same with and without what is left to the model', () => {
    expect(sameOptions({ count: 2 }, { count: 2, steps: null, seed: null })).toBe(true);
    expect(sameOptions({ count: 2, seed: 0 }, { count: 2 })).toBe(false);
    expect(sameOptions({ negative_prompt: 'fog' }, {})).toBe(false);
  });

  it('name a field whose text is no number, which JSON would drop', () => {
    expect(typoInOptions(NO_OPTIONS)).toBeNull();
    expect(typoInOptions({ ...NO_OPTIONS, guidance: '4,5' })?.field).toBe('options.guidance');
    expect(typoInOptions({ ...NO_OPTIONS, seed: '-1', steps: '1e3' })).toBeNull(); // which the service judges
    expect(typoInOptions({ ...NO_OPTIONS, count: 0 })?.field).toBe('options.count');
  });

  it('offer shapes of about the model’s own area, its own first', () => {
    expect(shapes({ width: 256, height: 256 }).map(({ name, width, height }) => `${name} ${width}x${height}`)).toEqual([
      'Square 256x256',
      'Portrait 224x288',
      'Tall 192x352',
      'Landscape 288x224',
      'Wide 352x192',
    ]);
  });
});

describe('a picture on the wall', () => {
  it('is enlarged at most to twice its size', () => {
    expect(fit({ width: 256, height: 256 }, { width: 900, height: 700 })).toEqual({
      width: 512,
      height: 512,
      scale: 2,
    });
    expect(fit({ width: 1024, height: 512 }, { width: 512, height: 600 })).toEqual({
      width: 512,
      height: 256,
      scale: 0.5,
    });
  });

  it('has its true size on the label', () => {
    expect(sizeLabel({ width: 256, height: 256 }, 2)).toBe('256 × 256 at 200%');
    expect(sizeLabel({ width: 1024, height: 1024 }, 1)).toBe('1024 × 1024');
  });

  it('tells its story in chapters, without empty lines', () => {
    const of = (over: Partial<LibraryImage>) =>
      Object.fromEntries(story(picture({ id: '01J', ...over }), 'UTC').map(({ name, facts }) => [name, facts]));
    const why = of({ schedule_id: 'S1', schedule_name: 'Daily', job_id: 'S1@20261124T0600Z', cost_usd: 0.004 })['Why'];

    expect(of({})['Words']?.map(({ name }) => name)).toEqual(['Title', 'Theme', 'Prompt', 'Written by']);
    expect(of({})['Why']?.map(({ name }) => name)).toEqual(['Asked for by', 'Job', 'Painted', 'Took', 'Cost']);
    expect(why?.map(({ name }) => name).slice(0, 2)).toEqual(['Schedule', 'Planned for']);
    expect(why?.[1]?.text).toMatch(/06:00/);
    expect(why?.find(({ name }) => name === 'Job')?.href).toBe('#/pictures?q=job%3AS1%4020261124T0600Z');
    expect(took(picture({ id: '01J' }))).toBe('painting 2 s');
  });

  it('is saved under a name that any system takes', () => {
    expect(fileName(picture({ id: '01J', title: 'Füchse: “im Schnee”?' }), 'clean')).toBe(
      'fuchse-im-schnee-01j-clean.png',
    );
  });
});

it('knows keys by the names that a keymap uses', () => {
  expect(nameOf({ key: 'F', shiftKey: false })).toBe('f');
  expect(nameOf({ key: 'D', shiftKey: true })).toBe('Shift+d');
  expect(nameOf({ key: '?', shiftKey: true })).toBe('?');
  expect(nameOf({ key: 'Delete', shiftKey: true })).toBe('Shift+Delete');
});
