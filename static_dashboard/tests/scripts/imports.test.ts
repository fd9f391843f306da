import { readdirSync } from 'node:fs';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { ALLOWED } from '../../scripts/imports.js';

const RULE = 'import-x/no-restricted-paths';
const allowed: Record<string, readonly string[]> = ALLOWED;

/** What the rule says of a file of `src/` that imports another. */
async function complaints(file: string, imported: string): Promise<string[]> {
  const eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId === RULE });
  const source = `import '${imported}';\n`;
  const code = file.endsWith('.svelte') ? `<script lang="ts">\n  ${source}</script>\n` : source;
  const [result] = await eslint.lintText(code, { filePath: `src/${file}` });
  return (result?.messages ?? []).map(({ message }) => message);
}

describe('imports', () => {
  it.each([
    ['lib/text/planted.ts', '../store/library.svelte'],
    ['lib/components/Planted.svelte', '../shell/Toasts.svelte'],
    ['lib/router/planted.ts', '../api/errors'],
    ['lib/app.svelte.ts', '../pages/create/draft.svelte'],
    ['pages/create/Planted.svelte', '../activity/JobRow.svelte'],
    ['pages/viewer/planted.svelte.ts', '../images/Gallery.svelte'],
    ['pages/slideshow/planted.ts', '../../lib/session/session.svelte'],
  ])(
    'from %s to %s are refused',
    async (file, imported) => {
      expect(await complaints(file, imported)).toHaveLength(1);
    },
    60_000,
  );

  it.each([
    ['lib/selection/planted.ts', '../store/list.svelte'],
    ['pages/trash/Planted.svelte', '../images/Gallery.svelte'],
    ['pages/trash/planted.ts', './days'],
  ])(
    'from %s to %s are let through',
    async (file, imported) => {
      expect(await complaints(file, imported)).toEqual([]);
    },
    60_000,
  );

  it('are in the table for every folder, and lead in no circle', () => {
    const folders = ['lib', 'pages'].flatMap((top) =>
      readdirSync(`src/${top}`, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== 'messages')
        .map(({ name }) => `${top}/${name}`),
    );
    const reached = (from: string, seen: readonly string[] = []): string[] =>
      (allowed[from] ?? [])
        .filter((name) => name !== from && name in allowed)
        .flatMap((name) => [name, ...(seen.includes(name) ? [] : reached(name, [...seen, name]))]);

    expect(Object.keys(allowed).sort()).toEqual(folders.sort());
    expect(folders.filter((folder) => reached(folder).includes(folder))).toEqual([]);
  });
});
