import { expect, it } from 'vitest';
import { nameOf } from '../../../src/lib/shell/shortcuts';

it('knows keys by the names that a keymap uses', () => {
  expect(nameOf({ key: 'F', shiftKey: false })).toBe('f');
  expect(nameOf({ key: 'D', shiftKey: true })).toBe('Shift+d');
  expect(nameOf({ key: '?', shiftKey: true })).toBe('?');
  expect(nameOf({ key: 'Delete', shiftKey: true })).toBe('Shift+Delete');
});
