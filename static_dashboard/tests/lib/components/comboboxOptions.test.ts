import { describe, expect, it } from 'vitest';
import { groupedOptions, matchingOptions, otherName, splitList } from '../../../src/lib/components/comboboxOptions';
import { zoneNames } from '../../../src/lib/components/zoneNames';
import { timeZones } from '../../../src/lib/components/timeZones';

const options = (...labels: string[]) => labels.map((label) => ({ value: label, label }));
const labels = (found: readonly { label: string }[]) => found.map(({ label }) => label);

describe('the options for a typed text', () => {
  const zones = options('Africa/Porto-Novo', 'America/New_York', 'America/North_Dakota/New_Salem', 'Asia/Novosibirsk');

  it('are found by any words of their label, in any case', () => {
    expect(labels(matchingOptions(zones, 'new york'))).toEqual(['America/New_York']);
    expect(labels(matchingOptions(zones, 'NOV'))).toEqual(['Africa/Porto-Novo', 'Asia/Novosibirsk']);
    expect(labels(matchingOptions(zones, 'america/new_s'))).toEqual(['America/North_Dakota/New_Salem']);
  });

  it('are not found by the middle of a word', () => {
    expect(matchingOptions(zones, 'ork')).toEqual([]);
  });

  it('begin with those that start with the text', () => {
    expect(labels(matchingOptions(options('old lamp', 'lamp', 'lamp oil'), 'lamp'))).toEqual([
      'lamp',
      'lamp oil',
      'old lamp',
    ]);
  });

  it('are all options without a text', () => {
    expect(matchingOptions(zones, ' ')).toEqual(zones);
  });
});

describe('options with headings', () => {
  it('stay in their order below their heading', () => {
    const found = groupedOptions([
      { value: 'a', label: 'A' },
      { value: 'b', label: 'B', group: 'Saved' },
      { value: 'c', label: 'C', group: 'Saved' },
      { value: 'd', label: 'D', group: 'Filters' },
    ]);

    expect(found.map(({ heading, options }) => [heading, ...labels(options)])).toEqual([
      ['', 'A'],
      ['Saved', 'B', 'C'],
      ['Filters', 'D'],
    ]);
  });
});

describe('a list separated by commas', () => {
  it('is split into what is complete and what is being typed', () => {
    expect(splitList('sea, blue sky ,, li')).toEqual({ before: ['sea', 'blue sky'], last: 'li' });
    expect(splitList('sea,')).toEqual({ before: ['sea'], last: '' });
    expect(splitList('')).toEqual({ before: [], last: '' });
  });
});

describe('the time zones', () => {
  it('have UTC once', () => {
    expect(timeZones().filter((zone) => zone === 'UTC')).toEqual(['UTC']);
    expect(timeZones()).toContain('Europe/Berlin');
  });

  const zones = timeZones().map((zone) => ({ value: zone, label: zone, also: zoneNames(zone) }));
  const first = (typed: string) => matchingOptions(zones, typed)[0]?.value;

  it('are found by their city', () => {
    expect(['Tokyo', 'New York', 'london', 'zürich'].map(first)).toEqual([
      'Asia/Tokyo',
      'America/New_York',
      'Europe/London',
      'Europe/Zurich',
    ]);
  });

  it('are found by other cities, new names, and abbreviations', () => {
    expect(['Munich', 'São Paulo', 'san francisco', 'PST'].map(first)).toEqual([
      'Europe/Berlin',
      'America/Sao_Paulo',
      'America/Los_Angeles',
      'America/Los_Angeles',
    ]);
    expect(['Europe/Kyiv', 'Europe/Kiev']).toContain(first('Kyiv'));
    expect(['Asia/Kolkata', 'Asia/Calcutta']).toContain(first('kolkata'));
    const central = matchingOptions(zones, 'CET').map(({ value }) => value);
    expect(central).toEqual(expect.arrayContaining(['Europe/Berlin', 'Europe/Paris', 'Europe/Madrid']));
    expect(central).not.toContain('Europe/London');
  });

  it('show the other name that they are found by', () => {
    const berlin = { value: 'Europe/Berlin', label: 'Europe/Berlin', also: ['CET', 'Munich'] };

    expect(otherName(berlin, 'muni')).toBe('Munich');
    expect(otherName(berlin, 'berl')).toBe('');
    expect(otherName(berlin, 'Paris')).toBe('');
  });
});
