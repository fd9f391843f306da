import { describe, expect, it } from 'vitest';
import { formWith, mayHaveSettings, programName, themeOf, unusedSettings } from '../../../src/pages/create/parameters';

describe('parameters of an image', () => {
  it('are looked for in texts that can contain settings', () => {
    expect(mayHaveSettings('a fox\nSteps: 20, Seed: 1')).toBe(true);
    expect(mayHaveSettings('{"sui_image_params": {}}')).toBe(true);
    for (const text of ['', 'a fox', 'stairs with steps: 20', 'Negative prompt: x'])
      expect(mayHaveSettings(text)).toBe(false);
  });

  it('name their program', () => {
    expect(programName({ program: 'comfyui' })).toBe('ComfyUI');
    expect(programName({ program: null })).toBe('');
  });

  it('name what the form has no field for', () => {
    const unused = [
      { name: 'LoRA', value: 'ink:0.8' },
      { name: 'Clip skip', value: '2' },
    ];

    expect(unusedSettings({ unused })).toBe('LoRA: ink:0.8, Clip skip: 2');
  });

  it('replace all options of the form except the number of images', () => {
    expect(formWith({ steps: 20, count: 1 }, 4)).toEqual({
      model: '',
      shape: '',
      steps: '20',
      guidance: '',
      sampler: '',
      seed: '',
      count: 4,
    });
  });

  it('give a theme to a form without one', () => {
    expect(themeOf('a fox, at night')).toBe('a fox');
    expect(themeOf('')).toBe('');
  });
});
