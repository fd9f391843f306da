import { expect, it } from 'vitest';
import type { ApiKey } from '../../../src/lib/api/types';
import { expiry, facts, roleName } from '../../../src/pages/settings/keys';

const NOW = new Date('2026-11-24T08:00:00Z');
const KEY: ApiKey = {
  id: 'key-1',
  source: 'library',
  name: 'anna',
  role: 'editor',
  last_four: 'x4_Z',
  created_by: 'key:local',
  created_by_name: 'local',
  created_at: '2026-11-20T08:00:00Z',
  expires_at: null,
  last_used_at: null,
};

it('tells the end, the origin, and the last use of a key', () => {
  expect(facts(KEY, NOW)).toEqual([
    'Ends with x4_Z',
    expect.stringMatching(/^Created by local on 20 Nov/),
    'Never used',
  ]);
  expect(facts({ ...KEY, last_used_at: '2026-11-23T08:00:00Z' }, NOW).at(-1)).toMatch(/^Last used on 23 Nov/);
});

it('tells when a key expires, or that it has expired', () => {
  expect(facts({ ...KEY, expires_at: '2026-11-25T08:00:00Z' }, NOW)[2]).toMatch(/^Expires on 25 Nov/);
  expect(facts({ ...KEY, expires_at: NOW.toISOString() }, NOW)[2]).toMatch(/^Expired on 24 Nov/);
});

it('tells of a key in the settings where it can be revoked', () => {
  const key: ApiKey = { ...KEY, id: null, source: 'settings', last_four: null, created_at: null };

  expect(facts(key, NOW)).toEqual(['From the setting API_KEYS, where it can be revoked']);
});

it('counts the days until a key expires from now', () => {
  expect(expiry(null, NOW)).toBeNull();
  expect(expiry(30, NOW)).toBe('2026-12-24T08:00:00.000Z');
});

it('names the roles', () => {
  expect((['reader', 'editor', 'admin'] as const).map(roleName)).toEqual(['Reader', 'Editor', 'Administrator']);
});
