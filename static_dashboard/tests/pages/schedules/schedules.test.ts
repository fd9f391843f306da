import { describe, expect, it } from 'vitest';
import type { Forecast, Schedule } from '../../../src/lib/api/types';
import {
  completed,
  copyOf,
  draftOf,
  draftOfSchedule,
  fieldsOf,
  freshFields,
  previewOf,
  timingOf,
  typoIn,
} from '../../../src/pages/schedules/form';
import { excludedDateText, extraRunText } from '../../../src/pages/schedules/dates';
import { forecastText } from '../../../src/pages/schedules/forecastText';
import { hasAlternatives, insertedAt } from '../../../src/pages/schedules/variables';
import { runLabel } from '../../../src/lib/text/runs';

const SCHEDULE = {
  id: 's1',
  name: 'Foxes',
  theme: 'foxes',
  instructions: 'on a {weekday}',
  timing: { kind: 'cron', cron: '0 9 * * *', timezone: 'Europe/Berlin' },
  albums: ['01ALBUM'],
  excluded_dates: ['2026-12-25'],
  extra_runs: ['2026-12-24T18:00'],
  random_delay_minutes: 30,
  wildcards: 'random',
  starts_at: '2026-11-24T08:00:00.000Z',
  ends_at: null,
  overlap: 'allow',
  missed: 'skip',
  pause_after_failures: 3,
  images_per_month: 40,
  usd_per_day: 0.5,
  usd_per_month: 2.5,
  keep_days: null,
  prompt_language: 'ja',
  text_language: 'de',
  repeats: 'skip',
  options: { model: null, width: null, height: null, steps: 12, guidance: null, sampler: null, seed: null, count: 2 },
} as unknown as Schedule;

describe('a schedule’s form', () => {
  it('is called by its theme when nobody names it', () => {
    const fields = { ...freshFields('Europe/Berlin'), theme: ' foxes ' };

    expect(draftOf(fields)).toMatchObject({ name: 'foxes', theme: 'foxes', starts_at: null, overlap: 'skip' });
  });

  it('sends the kind of timing that was chosen', () => {
    const fields = freshFields('Europe/Berlin');

    expect(timingOf(fields)).toEqual({ kind: 'cron', cron: '0 9 * * *', timezone: 'Europe/Berlin' });
    expect(timingOf({ ...fields, kind: 'every', minutes: '90' })).toEqual({
      kind: 'every',
      minutes: 90,
      timezone: 'Europe/Berlin',
    });
  });

  it('gives a schedule back as it was', () => {
    expect(draftOf(fieldsOf(SCHEDULE))).toEqual(draftOfSchedule(SCHEDULE));
  });

  it('lets a schedule never pause by itself, have no limit of its own, and keep its images for some days', () => {
    expect(
      draftOf({ ...fieldsOf(SCHEDULE), pauseAfter: ' ', perMonth: '', usdPerDay: '', usdPerMonth: '', keepDays: '30' }),
    ).toMatchObject({
      pause_after_failures: null,
      images_per_month: null,
      usd_per_day: null,
      usd_per_month: null,
      keep_days: 30,
    });
  });

  it('names the field of a limit that is not a number', () => {
    expect(typoIn(fieldsOf(SCHEDULE))).toBeNull();
    expect(typoIn({ ...fieldsOf(SCHEDULE), usdPerDay: 'two' })).toMatchObject({ field: 'usd_per_day' });
  });

  it('begins a copy under another name and without dates', () => {
    expect(draftOf(copyOf(SCHEDULE))).toMatchObject({
      name: 'Foxes 2',
      theme: 'foxes',
      starts_at: null,
      overlap: 'allow',
    });
  });

  it('begins a copy under a name that no other schedule has', () => {
    expect(copyOf(SCHEDULE, ['Foxes', 'foxes 2', 'Foxes 3']).name).toBe('Foxes 4');
  });

  it('keeps the dates of a copied schedule and sends them with the preview', () => {
    const dates = { excluded_dates: ['2026-12-25'], extra_runs: ['2026-12-24T18:00'] };

    expect(draftOf(fieldsOf(SCHEDULE))).toMatchObject(dates);
    expect(draftOf(copyOf(SCHEDULE))).toMatchObject(dates);
    expect(previewOf(fieldsOf(SCHEDULE), 's1')).toMatchObject(dates);
  });

  it('has a random delay only if one is typed', () => {
    expect(fieldsOf(SCHEDULE).randomDelay).toBe('30');
    expect(previewOf(fieldsOf(SCHEDULE), 's1').random_delay_minutes).toBe(30);
    expect(fieldsOf({ ...SCHEDULE, random_delay_minutes: 0 }).randomDelay).toBe('');
    expect(draftOf({ ...fieldsOf(SCHEDULE), randomDelay: ' ' }).random_delay_minutes).toBe(0);
    expect(typoIn({ ...fieldsOf(SCHEDULE), randomDelay: 'some' })).toMatchObject({ field: 'random_delay_minutes' });
  });

  it('saves a date and a time that are typed and not added, in order and each once', () => {
    const typed = { ...fieldsOf(SCHEDULE), typedDate: '2026-12-01', typedRun: '2026-12-24T18:00' };

    expect(draftOf(completed(typed))).toMatchObject({
      excluded_dates: ['2026-12-01', '2026-12-25'],
      extra_runs: ['2026-12-24T18:00'],
    });
    expect(completed(typed)).toMatchObject({ typedDate: '', typedRun: '' });
    expect(previewOf(typed, null).excluded_dates).toEqual(['2026-12-25']);
  });

  it('asks what it adds up to as the schedule that it is', () => {
    expect(previewOf(fieldsOf(SCHEDULE), 's1')).toMatchObject({
      schedule_id: 's1',
      options: { count: 2 },
      images_per_month: 40,
      usd_per_day: 0.5,
      usd_per_month: 2.5,
      count: 5,
    });
    expect(previewOf(copyOf(SCHEDULE), null)).toMatchObject({ schedule_id: null });
  });
});

describe('what a schedule adds up to', () => {
  const forecast: Forecast = {
    runs: 30,
    skipped: 0,
    pictures: 60,
    painting_s: 720,
    cost_usd: 1.2,
    starts: 0,
    standby_usd: 0,
    hosted_usd: null,
    others: 90,
    limit: 10_000,
    day_limit: 500,
    fits: true,
  };

  it('is given in runs, images, time and cost, beside the other schedules', () => {
    const { own, together, fits } = forecastText(forecast);

    expect(own).toBe('30 runs with 60 images in total. Estimated generation time: 12 min. Estimated cost: $1.20.');
    expect(together).toBe('With the other schedules (90 images), that is 150 of the 10,000 images allowed per month.');
    expect(fits).toBe(true);
  });

  it('adds what it costs to start the GPU, and compares it with a hosted model', () => {
    const { own } = forecastText({ ...forecast, starts: 30, standby_usd: 10.14, hosted_usd: 2.4 });

    expect(own).toContain(
      'Estimated cost: $1.20. Starting the GPU 30 times costs about $10.14 more, its time without work included. ' +
        'A hosted image model would cost about $2.40 for these images.',
    );
  });

  it('says what its own limit leaves out', () => {
    const { own } = forecastText({ ...forecast, skipped: 12, painting_s: null, cost_usd: null });

    expect(own).toBe('30 runs with 60 images in total. 12 runs are skipped because of this schedule’s limits.');
  });

  it('promises nothing unmeasured', () => {
    expect(forecastText({ ...forecast, painting_s: null, cost_usd: null, others: 0 })).toMatchObject({
      own: '30 runs with 60 images in total.',
      together: 'That is 60 of the 10,000 images allowed per month.',
    });
  });

  it('says when it will not fit, and what to do', () => {
    const over = forecastText({ ...forecast, pictures: 43_200, fits: false, cost_usd: 0 });

    expect(over.fits).toBe(false);
    expect(over.together).toContain(
      'Runs over the limit are skipped. Run the schedule less often, or raise the monthly limit',
    );
    expect(over.share).toBe(1);
    expect(forecastText({ ...forecast, pictures: 9_000, day_limit: 100 }).together).toContain(
      'Most days would exceed the daily limit of 100 images.',
    );
  });
});

it('writes excluded dates and extra runs as the clock of the schedule shows them', () => {
  expect(excludedDateText('2026-12-25')).toBe('Fri 25 Dec 2026');
  expect(extraRunText('2026-12-24T18:00')).toBe('24 Dec 2026, 18:00');
});

it('recognizes alternatives, and neither variables nor a single word in braces', () => {
  expect(hasAlternatives('a {red|blue} fox')).toBe(true);
  expect(hasAlternatives('a {sleeping|} fox')).toBe(true);
  expect(hasAlternatives('a quiet __big_cats__')).toBe(true);
  expect(hasAlternatives('a fox on a {weekday} | {red}')).toBe(false);
  expect(hasAlternatives('{a {b} | c}')).toBe(false);
});

it('types a variable in where the caret is', () => {
  expect(insertedAt('', '{n}')).toEqual({ text: '{n}', caret: 3 });
  expect(insertedAt('Image of', '{date}')).toEqual({ text: 'Image of {date}', caret: 15 });
  expect(insertedAt('On a day in {season}', '{weekday}', 5, 8)).toEqual({
    text: 'On a {weekday} in {season}',
    caret: 14,
  });
});

it('tells what a run ran for', () => {
  const run = { slot: '20261124T0800Z', folded_slots: 0, created_by_name: 'ada' };

  expect(runLabel(run, 'Europe/Berlin', 'Europe/Rome')).toBe('Scheduled for 24 Nov 2026, 09:00');
  expect(runLabel(run, 'Europe/Berlin', 'Asia/Tokyo')).toBe(
    'Scheduled for 24 Nov 2026, 09:00 (24 Nov 2026, 17:00 your time)',
  );
  expect(runLabel({ ...run, folded_slots: 3 }, 'Europe/Berlin', 'Europe/Rome')).toBe(
    'Scheduled for 24 Nov 2026, 09:00; also covers 3 missed runs',
  );
  expect(runLabel({ ...run, slot: null }, 'Europe/Berlin')).toBe('Started manually by ada');
});
