import { describe, expect, it } from 'vitest';
import { m } from '../../../src/lib/messages';
import { bytes, counted, dollars, total } from '../../../src/lib/text/numbers';

describe('numbers', () => {
  it('are worded for people', () => {
    expect([m.text_images({ count: 1 }), m.text_images({ count: 1200 })]).toEqual(['1 image', '1,200 images']);
    expect([total('12345'), total('1,000+')]).toEqual(['12,345', '1,000+']);
    expect([
      m.trash_delete_all(counted('1')),
      m.trash_delete_all(counted('1200')),
      m.trash_delete_all(counted('1,000+')),
    ]).toEqual([
      'Delete 1 image permanently',
      'Delete all 1,200 images permanently',
      'Delete all 1,000+ images permanently',
    ]);
    expect([bytes(999), bytes(98_123), bytes(1_600_000)]).toEqual(['999 B', '98 kB', '1.6 MB']);
    expect([dollars(0), dollars(0.0042), dollars(1.5)]).toEqual(['$0', '$0.0042', '$1.50']);
  });
});
