import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdsMessages, translator } from './catalog.js';
import { put } from './put.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Builds the page in another language; English is what the sources are written in. @returns {import('vite').Plugin} */
export function messagesPlugin(language) {
  const translate = translator(language);
  return {
    name: 'messages',
    enforce: 'pre',
    transform(code, id) {
      const [file, query] = id.split('?');
      const name = relative(SRC, file).replaceAll('\\', '/');
      if (query !== undefined || name.startsWith('..') || !holdsMessages(name)) return null;
      return { code: put(name, code, translate), map: null };
    },
    transformIndexHtml: (html) => html.replace('<html lang="en">', `<html lang="${language}">`),
  };
}
