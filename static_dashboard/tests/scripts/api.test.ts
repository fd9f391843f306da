import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { types } from '../../scripts/api.js';

it('knows the API by the document that is here', async () => {
  const generated = await readFile('src/lib/api/generated.ts', 'utf8');

  expect(generated === (await types()), 'run `npm run api`').toBe(true);
}, 30_000);
