import { readdirSync, readFileSync } from 'node:fs';
import { find } from './find.js';

const ROOT = new URL('../../', import.meta.url);
/** The pretended language of the test: every message in brackets, so that one which was forgotten stands out. */
export const PRETENDED = 'xx';
const LEFT_OUT = /^(lib\/api|lib\/router|style)\/|^vite-env/;

/** The files that hold messages, by their paths below `src/`. */
export function files() {
  return readdirSync(new URL('src/', ROOT), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(svelte|ts)$/.test(name) && !LEFT_OUT.test(name))
    .sort();
}

export const holdsMessages = (path) => /\.(svelte|ts)$/.test(path) && !LEFT_OUT.test(path);

/** Every message of the sources, in order. */
export function messages() {
  const found = new Set();
  for (const name of files()) {
    for (const { message } of find(name, readFileSync(new URL(`src/${name}`, ROOT), 'utf8'))) found.add(message);
  }
  return [...found].sort();
}

/** From English to a language; undefined where its file says nothing, or says the English. */
export function translator(language) {
  if (language === PRETENDED) return (message) => `⟦${message}⟧`;
  const known = JSON.parse(readFileSync(new URL(`messages/${language}.json`, ROOT), 'utf8'));
  return (message) => (known[message] === message || known[message] === '' ? undefined : known[message]);
}
