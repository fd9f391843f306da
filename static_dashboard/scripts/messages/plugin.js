import { fileURLToPath } from 'node:url';
import { compile, folderOf } from './compile.js';

const CATALOGS = fileURLToPath(new URL('../../messages/', import.meta.url));
/** How sources import the messages, from any folder. */
const IMPORTED = /^(\.{1,2}\/)+(lib\/)?messages$/;

/** Compiles the messages, and builds the page with those of one language. @returns {import('vite').Plugin} */
export function messagesPlugin(language) {
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
    transformIndexHtml: (html) => html.replace('<html lang="en">', `<html lang="${language}">`),
  };
}
