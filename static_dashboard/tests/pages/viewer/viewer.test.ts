import { textPatch } from '../../../src/pages/viewer/textPatch';
import { describe, expect, it } from 'vitest';
import type { LibraryImage } from '../../../src/lib/api/types';
import { fileName, imageFacts, stageDurations } from '../../../src/pages/viewer/facts';
import { fileUrl } from '../../../src/pages/viewer/fileUrl';
import { fit, sizeLabel } from '../../../src/pages/viewer/fit';
import { image } from '../../image';

describe('an image in the viewer', () => {
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

  it('is shown by its thumbnail while its file is missing', () => {
    expect(fileUrl(image({ id: 'A' }))).toBe('https://store/A.png');
    expect(fileUrl(image({ id: 'A', original_missing_at: '2026-11-24T12:00:00Z' }))).toBe(
      image({ id: 'A' }).thumbnail_url,
    );
  });

  it('has its actual size in the caption', () => {
    expect(sizeLabel({ width: 256, height: 256 }, 2)).toBe('256 × 256 at 200%');
    expect(sizeLabel({ width: 1024, height: 1024 }, 1)).toBe('1024 × 1024');
  });

  it('has its facts in groups, without empty ones', () => {
    const of = (over: Partial<LibraryImage>) =>
      Object.fromEntries(imageFacts(image({ id: '01J', ...over }), 'UTC').map(({ name, facts }) => [name, facts]));
    const origin = of({ schedule_id: 'S1', schedule_name: 'Daily', job_id: 'S1@20261124T0600Z', cost_usd: 0.004 })[
      'Origin'
    ];

    expect(of({})['Text']?.map(({ name }) => name)).toEqual(['Title', 'Theme', 'Prompt', 'Prompt source']);
    expect(of({})['Origin']?.map(({ name }) => name)).toEqual(['Created by', 'Job', 'Created', 'Duration', 'Cost']);
    expect(origin?.map(({ name }) => name).slice(0, 2)).toEqual(['Schedule', 'Scheduled for']);
    expect(origin?.[1]?.text).toMatch(/06:00/);
    expect(origin?.find(({ name }) => name === 'Job')?.href).toBe('#/images?q=job%3AS1%4020261124T0600Z');
    expect(stageDurations(image({ id: '01J' }))).toBe('Generating: 2 s');
  });

  it('names a duration below one second, and none without timings', () => {
    const none = { writing_ms: 0, waiting_ms: 0, painting_ms: 0, storing_ms: 0 };

    expect(stageDurations(image({ id: '01J', timings: { ...none, painting_ms: 420 } }))).toBe('Less than 1 s');
    expect(stageDurations(image({ id: '01J', timings: none }))).toBe('');
  });

  it('is saved under a file name that every operating system accepts', () => {
    expect(fileName(image({ id: '01J', title: 'Füchse: “im Schnee”?' }), 'clean')).toBe(
      'fuchse-im-schnee-01j-clean.png',
    );
  });
});

describe('edited texts of an image', () => {
  const image = { title: 'A fox', alt_text: 'A fox sleeps.' };

  it('are sent only if they changed, without spaces around them', () => {
    expect(textPatch(image, ' A fox ', 'A fox sleeps.')).toBeNull();
    expect(textPatch(image, 'An owl', ' A fox sleeps. ')).toEqual({ title: 'An owl' });
    expect(textPatch(image, '', 'An owl.')).toEqual({ title: '', alt_text: 'An owl.' });
  });
});
