/**
 * Writes messages/en.json, the list of everything that people read; its English is each message's key.
 *
 *   npm run messages              writes it, and tells what the other languages lack
 *   DASHBOARD_LANGUAGE=de npm run build     builds the page in the language of messages/de.json
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { messages } from './messages/catalog.js';

const folder = new URL('../messages/', import.meta.url);
const all = messages();
writeFileSync(
  new URL('en.json', folder),
  `${JSON.stringify(Object.fromEntries(all.map((one) => [one, one])), null, 1)}\n`,
);
console.log(`${all.length} messages.`);
for (const name of readdirSync(folder).filter((one) => one.endsWith('.json') && one !== 'en.json')) {
  const known = Object.keys(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
  const lacking = all.filter((one) => !known.includes(one)).length;
  const unused = known.filter((one) => !all.includes(one)).length;
  console.log(`${name}: ${lacking} still English, ${unused} that nothing says any more.`);
}
