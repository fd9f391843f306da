/** Prints what the browser loads until the gallery is usable, compressed, and fails over budget. */
import { readFile, readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 90;
const dist = new URL('../dist/', import.meta.url);
const index = await readFile(new URL('index.html', dist), 'utf8');
const kb = (bytes) => bytes / 1024;
const weigh = async (path) => gzipSync(await readFile(new URL(path, dist)), { level: 9 }).length;

// The entry, what it imports at once, and the styles: all are named in the page.
const first = [...index.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const rest = (await readdir(new URL('assets/', dist)))
  .map((name) => `assets/${name}`)
  .filter((path) => /\.(js|css)$/.test(path) && !first.includes(path));

let script = 0;
for (const path of first) {
  const size = await weigh(path);
  if (path.endsWith('.js')) script += size;
  console.log(`${kb(size).toFixed(1).padStart(6)} KB  ${path}`);
}
let later = 0;
for (const path of rest) later += await weigh(path);
console.log(`${kb(script).toFixed(1).padStart(6)} KB  script until the gallery is usable (budget ${BUDGET_KB})`);
console.log(`${kb(later).toFixed(1).padStart(6)} KB  other pages, loaded when they are opened`);
if (kb(script) > BUDGET_KB) {
  console.error(`The dashboard is too heavy: ${kb(script).toFixed(1)} KB of script, ${BUDGET_KB} allowed.`);
  process.exitCode = 1;
}
