import { readdirSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);
const LEFT_OUT = /^lib\/(api|router|messages)\/|^style\/|^vite-env/;

/** The files that hold text, by their paths below `src/`. */
export function files() {
  return readdirSync(new URL('src/', ROOT), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter(holdsMessages)
    .sort();
}

export const holdsMessages = (path) => /\.(svelte|ts)$/.test(path) && !LEFT_OUT.test(path);

/** What is written in a source file rather than in a catalog, in brackets of its own. */
export const translator = () => (message) => `⟪${message}⟫`;
