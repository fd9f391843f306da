import { describe, expect, it } from 'vitest';
import { formWith, infotextOf, themeOf } from '../../../src/pages/create/infotext';

const CHOICES = {
  samplers: ['default', 'euler_a', 'dpmpp_2m', 'pndm'],
  models: ['starter', 'stabilityai/sdxl-turbo'],
};
const read = (text: string) => infotextOf(text, CHOICES);

describe('settings copied from another program', () => {
  it('are split into prompt, negative prompt, and options', () => {
    const text =
      'a fox, at night\nin the snow\nNegative prompt: blurry,\ntext\n' +
      'Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 1234, Size: 512x768, Model: SDXL-Turbo';

    expect(read(text)).toEqual({
      prompt: 'a fox, at night in the snow',
      negative: 'blurry, text',
      options: {
        steps: '20',
        sampler: 'euler_a',
        guidance: '7.5',
        seed: '1234',
        shape: '512x768',
        model: 'stabilityai/sdxl-turbo',
      },
      unused: [],
    });
  });

  it('are found in the text that our own files contain', () => {
    const text =
      'a fox\nSteps: 20, Sampler: DPM++ 2M, CFG scale: 4, Seed: 7, Size: 64x72, Model: starter, Version: x 1';

    expect(read(text)).toMatchObject({
      prompt: 'a fox',
      negative: '',
      options: { sampler: 'dpmpp_2m', model: 'starter', seed: '7' },
      unused: ['Version: x 1'],
    });
  });

  it('are found when line breaks are lost, and with other line breaks', () => {
    const options = 'Steps: 20, Seed: 1, Size: 64x64';

    expect(read(`a fox Negative prompt: blur ${options}`)).toMatchObject({ prompt: 'a fox', negative: 'blur' });
    expect(read(`a fox\r\nNegative prompt: blur\r\n${options}`)).toMatchObject({ prompt: 'a fox', negative: 'blur' });
    expect(read(options)).toMatchObject({ prompt: '', options: { seed: '1' } });
  });

  it('name what the form has no field for', () => {
    const text =
      'a fox <lora:ink:0.8>, at night\n' +
      'Steps: 20, Sampler: Heun, Seed: -1, Clip skip: 2, Hashes: "a: 1, b: 2", Model: other, Size: big';

    expect(read(text)).toMatchObject({
      prompt: 'a fox, at night',
      options: { steps: '20' },
      unused: [
        '<lora:ink:0.8>',
        'Sampler: Heun',
        'Seed: -1',
        'Clip skip: 2',
        'Hashes: a: 1, b: 2',
        'Model: other',
        'Size: big',
      ],
    });
  });

  it('know samplers by the names of A1111', () => {
    const sampler = (name: string) => read(`x\nSteps: 1, Sampler: ${name}, Seed: 1`)?.options.sampler;

    expect(sampler('DPM++ 2M Karras')).toBe('dpmpp_2m');
    expect(sampler('PLMS')).toBe('pndm');
  });

  it('are not found in a prompt', () => {
    for (const text of ['', 'a fox', 'Steps: 20', 'stairs with steps: 20, seed: 3, size: 64x64', 'Negative prompt: x'])
      expect(read(text)).toBeNull();
  });

  it('replace all options of the form except the number of images', () => {
    expect(formWith({ steps: '20' }, 4)).toEqual({
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
