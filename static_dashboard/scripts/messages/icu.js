/** Turns ICU messages into a module of functions, one exported name a key, and its types. */
import MessageFormat from '@messageformat/core';
import compileModule from '@messageformat/core/compile-module.js';
import { parse } from '@messageformat/parser';

// A value that a message inserts as it is, unlike the arguments of plural forms and numbers.
const INSERTED = /(?<=(?:\+|=>|:) )d\.\w+/g;
const KEY = /^[a-z][a-z0-9_]*$/;

/**
 * The source of a module that exports `key(values)` for each message.
 * @param {Record<string, string>[]} catalogs later ones fill in what earlier ones lack
 * @param {string[]} languages of the catalogs, for their plural forms and numbers
 */
export function compiled(catalogs, languages) {
  const imports = new Set();
  const functions = new Map();
  catalogs.forEach((catalog, index) => {
    const lacking = Object.entries(catalog).filter(([key]) => !functions.has(key));
    if (lacking.length === 0) return;
    const formats = new MessageFormat(languages[index], { strict: true });
    for (const line of compileModule(formats, Object.fromEntries(lacking)).split('\n')) {
      const named = /^import \{ (.*) \} from "(.*)";$/.exec(line);
      const message = /^ {2}(\w+): (.*?),?$/.exec(line);
      if (named !== null)
        for (const name of named[1].split(', ')) imports.add(`import { ${name} } from '${named[2]}';`);
      else if (message !== null) functions.set(message[1], message[2].replace(INSERTED, 'isolated($&)'));
      else if (!/^(export default \{|\}|)$/.test(line)) throw new Error(`Unexpected in a compiled message: ${line}`);
    }
  });
  const code = [...functions.values()].join('\n');
  if (code.includes('isolated(')) imports.add("import { isolated } from './isolated.js';");
  return [...imports, ...[...functions].map(([key, code]) => `export const ${key} = ${code};`), ''].join('\n');
}

/** The types of the same module. @param {Record<string, string>} catalog */
export function typed(catalog) {
  const lines = Object.entries(catalog).map(([key, message]) => {
    const values = [...placeholders(message)].map(([name, type]) => `${name}: ${type}`).join('; ');
    return `export declare const ${key}: (${values === '' ? '' : `values: { ${values} }`}) => string;`;
  });
  return `${lines.join('\n')}\n`;
}

/** What a message is given, by name, with its type. @returns {Map<string, string>} */
export function placeholders(message) {
  const found = new Map();
  const visit = (tokens) => {
    for (const token of tokens) {
      if (token.arg === undefined) continue;
      const type = TYPES[token.type === 'function' ? token.key : token.type] ?? 'string | number';
      if (found.get(token.arg) !== 'number') found.set(token.arg, type);
      for (const one of token.cases ?? []) visit(one.tokens);
    }
  };
  visit(parse(message));
  return found;
}

const TYPES = { plural: 'number', selectordinal: 'number', number: 'number', select: 'string | boolean' };

/** What is wrong with a catalog, as sentences. @param {string} area @param {Record<string, string>} catalog */
export function problems(area, catalog) {
  const keys = Object.keys(catalog);
  const found = keys
    .filter((key) => !KEY.test(key) || !key.startsWith(`${area}_`))
    .map((key) => `${key}: the key must start with ${area}_.`);
  for (const [key, message] of Object.entries(catalog)) {
    try {
      new MessageFormat('en', { strict: true }).compile(message);
    } catch (error) {
      found.push(`${key}: ${error.message}`);
    }
  }
  if (keys.join() !== [...keys].sort().join()) found.push(`${area}.json: the keys must be sorted.`);
  return found;
}
