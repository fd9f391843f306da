import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config, Stats } from '../src/api/types';
import { formOf, NO_OPTIONS, optionsOf, priceTag, shapes } from '../src/create/options';
import { stillThere, unknownSentence } from '../src/create/words';
import { draftOf, freshFields, timingOf } from '../src/schedules/form';
import { cronOf, pickedOf } from '../src/schedules/picker';
import { fit, sizeLabel } from '../src/viewer/fit';
import { facts, fileName, took } from '../src/viewer/facts';
import { nameOf } from '../src/shell/keys';
import { picture } from './picture';

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

  it('offer shapes of about the model’s own area, its own first', () => {
    expect(shapes({ width: 256, height: 256 }).map(({ name, width, height }) => `${name} ${width}x${height}`)).toEqual([
      'Square 256x256',
      'Portrait 224x288',
      'Tall 192x352',
      'Landscape 288x224',
      'Wide 352x192',
    ]);
  });

  it('tell the price before the button is pressed', () => {
    const config = { limits: { images_per_day: 500 } } as Config;
    const stats = (today: number, cost: number) =>
      ({ today: { images: today, cost_usd: 0 }, month: { images: 100, cost_usd: cost } }) as Stats;

    expect(priceTag(4, config, stats(12, 0))).toBe('12 of 500 painted today');
    expect(priceTag(4, config, stats(12, 2))).toBe('About $0.08, by what this month’s cost; 12 of 500 painted today');
    expect(priceTag(4, config, stats(498, 0))).toBe('Only 2 pictures left of today’s 500.');
    expect(priceTag(1, config, stats(500, 0))).toContain('begins anew at midnight UTC');
  });
});

describe('words that the model does not know', () => {
  it('are named with what to try instead', () => {
    expect(unknownSentence(['lighthouse'], ['castle', 'sailboat'], 'starter')).toBe(
      'The starter model has never seen “lighthouse”. Try castle or sailboat.',
    );
  });

  it('are forgotten once they are gone from the text', () => {
    expect(stillThere(['light house', 'moon'], 'A light-house, at night')).toEqual(['light house']);
  });
});

describe('picker and cron', () => {
  it('say the same of every time that the picker can say', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
        (hour, minute, weekdays) => {
          const sorted = weekdays.sort((a, b) => a - b);
          expect(pickedOf(cronOf({ hour, minute, weekdays }))).toEqual({ hour, minute, weekdays: sorted });
        },
      ),
    );
  });

  it('write weekdays as people do', () => {
    expect(cronOf({ hour: 9, minute: 0, weekdays: [1, 2, 3, 4, 5] })).toBe('0 9 * * 1-5');
    expect(cronOf({ hour: 18, minute: 30, weekdays: [0, 6] })).toBe('30 18 * * 0,6');
    expect(pickedOf('0 9 * * 5-7')?.weekdays).toEqual([0, 5, 6]);
  });

  it('leave to cron what the picker has no words for', () => {
    expect(['*/5 * * * *', '0 9 1 * *', '0 9,18 * * *', '0 25 * * *', '0 9 * * MON', '', '0 9 * *'].map(pickedOf)).toEqual(
      Array(7).fill(null),
    );
  });
});

describe('a schedule’s form', () => {
  it('is called by its theme when nobody names it', () => {
    const fields = { ...freshFields('Europe/Berlin'), theme: ' foxes ' };

    expect(draftOf(fields)).toMatchObject({ name: 'foxes', theme: 'foxes', starts_at: null, overlap: 'skip' });
  });

  it('sends the kind of timing that was chosen', () => {
    const fields = freshFields('Europe/Berlin');

    expect(timingOf(fields)).toEqual({ kind: 'cron', cron: '0 9 * * *', timezone: 'Europe/Berlin' });
    expect(timingOf({ ...fields, kind: 'every', minutes: '90' })).toEqual({ kind: 'every', minutes: 90, timezone: 'Europe/Berlin' });
  });
});

describe('a picture on the wall', () => {
  it('is enlarged at most to twice its size', () => {
    expect(fit({ width: 256, height: 256 }, { width: 900, height: 700 })).toEqual({ width: 512, height: 512, scale: 2 });
    expect(fit({ width: 1024, height: 512 }, { width: 512, height: 600 })).toEqual({ width: 512, height: 256, scale: 0.5 });
  });

  it('has its true size on the label', () => {
    expect(sizeLabel({ width: 256, height: 256 }, 2)).toBe('256 × 256 at 200%');
    expect(sizeLabel({ width: 1024, height: 1024 }, 1)).toBe('1024 × 1024');
  });

  it('tells its story without empty lines', () => {
    const names = facts(picture({ id: '01J', tags: [] })).map(({ name }) => name);

    expect(names).toContain('Seed');
    expect(names).not.toContain('Negative prompt');
    expect(names).not.toContain('Cost');
    expect(took(picture({ id: '01J' }))).toBe('painting 2 s');
  });

  it('is saved under a name that any system takes', () => {
    expect(fileName(picture({ id: '01J', title: 'Füchse: “im Schnee”?' }), 'clean')).toBe('fu-chse-im-schnee-01j-clean.png');
  });
});

it('knows keys by the names that a keymap uses', () => {
  expect(nameOf({ key: 'F', shiftKey: false })).toBe('f');
  expect(nameOf({ key: 'D', shiftKey: true })).toBe('Shift+d');
  expect(nameOf({ key: '?', shiftKey: true })).toBe('?');
  expect(nameOf({ key: 'Delete', shiftKey: true })).toBe('Shift+Delete');
});
