/**
 * Compiles messages/<language>/<area>.json to a folder of modules.
 *
 *   node scripts/messages/compile.js            English, to src/lib/messages, which git ignores
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compiled, typed } from './icu.js';

const ROOT = new URL('../../', import.meta.url);
/** The language of the test: each English message in brackets, so that text outside of a message stands out. */
const PSEUDO = 'xx';

/** The names of the catalogs, one for each folder of pages or of the library. */
export const areas = () => readdirSync(new URL('messages/en/', ROOT)).map((name) => name.replace(/\.json$/, ''));

/** One catalog; empty where the language has none. @returns {Record<string, string>} */
export function catalog(language, area) {
  if (language === PSEUDO) {
    return Object.fromEntries(Object.entries(catalog('en', area)).map(([key, message]) => [key, `⟦${message}⟧`]));
  }
  const file = new URL(`messages/${language}/${area}.json`, ROOT);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Where the modules of a language go: English beside the sources, the others out of the way. */
export const folderOf = (language) =>
  fileURLToPath(new URL(language === 'en' ? 'src/lib/messages/' : `node_modules/.messages/${language}/`, ROOT));

/** Writes the modules of a language, and answers with the folder. */
export function compile(language) {
  const folder = folderOf(language);
  mkdirSync(folder, { recursive: true });
  const names = areas();
  const files = {
    'isolated.js': readFileSync(new URL('isolated.js', import.meta.url), 'utf8'),
    'index.js': "export * as m from './all.js';\n",
    'index.d.ts': "export * as m from './all';\n",
    'all.js': names.map((area) => `export * from './${area}.js';\n`).join(''),
    'all.d.ts': names.map((area) => `export * from './${area}';\n`).join(''),
  };
  for (const area of names) {
    const own = catalog(language, area);
    files[`${area}.js`] = compiled([own, catalog('en', area)], [language === PSEUDO ? 'en' : language, 'en']);
    files[`${area}.d.ts`] = typed(catalog('en', area));
  }
  for (const name of readdirSync(folder)) if (!(name in files)) rmSync(`${folder}/${name}`);
  for (const [name, text] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    // Two builds at a time find what they need: what is right already isn't written again.
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) compile('en');
