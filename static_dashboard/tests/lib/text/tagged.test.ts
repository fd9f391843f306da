import { expect, it } from 'vitest';
import { splitTag } from '../../../src/lib/text/tagged';

it('splits a message at its tag', () => {
  expect(splitTag('Read the <link>manual</link>.')).toEqual({ before: 'Read the ', inside: 'manual', after: '.' });
});

it('keeps a value that looks like a tag inside of the tag', () => {
  expect(splitTag('By <link>a </link> b</link>')).toEqual({ before: 'By ', inside: 'a </link> b', after: '' });
});

it('leaves a message without a tag as it is', () => {
  expect(splitTag('1 < 2')).toEqual({ before: '1 < 2', inside: '', after: '' });
});
