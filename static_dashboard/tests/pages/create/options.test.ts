import { describe, expect, it } from 'vitest';
import { formOf, NO_OPTIONS, optionsOf, sameOptions, shapes, invalidOption } from '../../../src/pages/create/options';

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
    expect(invalidOption(NO_OPTIONS)).toBeNull();
    expect(invalidOption({ ...NO_OPTIONS, guidance: '4,5' })?.field).toBe('options.guidance');
    expect(invalidOption({ ...NO_OPTIONS, seed: '-1', steps: '1e3' })).toBeNull(); // which the service judges
    expect(invalidOption({ ...NO_OPTIONS, count: 0 })?.field).toBe('options.count');
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
