import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdsMessages, translator } from './catalog.js';
import { compile, folderOf, PSEUDO } from './compile.js';
import { put } from './put.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const CATALOGS = fileURLToPath(new URL('../../messages/', import.meta.url));
/** How sources import the messages, from any folder. */
const IMPORTED = /^(\.{1,2}\/)+(lib\/)?messages$/;

/** Compiles the messages, and builds the page with those of one language. @returns {import('vite').Plugin} */
export function messagesPlugin(language) {
  const translate = language === PSEUDO ? translator(language) : () => undefined;
  return {
    name: 'messages',
    enforce: 'pre',
    config: () =>
      language === 'en'
        ? {}
        : { resolve: { alias: [{ find: IMPORTED, replacement: `${folderOf(language)}index.js` }] } },
    buildStart: () => void compile(language),
    configureServer(server) {
      server.watcher.add(CATALOGS);
      server.watcher.on('change', (file) => file.startsWith(CATALOGS) && compile(language));
    },
    transform(code, id) {
      if (language === 'en') return null;
      const [file, query] = id.split('?');
      const name = relative(SRC, file).replaceAll('\\', '/');
      if (query !== undefined || name.startsWith('..') || !holdsMessages(name)) return null;
      return { code: put(name, code, translate), map: null };
    },
    transformIndexHtml: (html) => html.replace('<html lang="en">', `<html lang="${language}">`),
  };
}
