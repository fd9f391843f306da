/**
 * Makes src/lib/api/generated.ts from openapi.json, the function app's own document:
 *
 *   python -c "import json; from functions.api.routes.openapi import document; \
 *     print(json.dumps(document(), indent=1, sort_keys=True))" > static_dashboard/openapi.json
 *   npm run api
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const here = (path) => new URL(`../${path}`, import.meta.url);

/**
 * Marks every field of every answer as required.
 *
 * The service sends them all; its document calls only those without a default so.
 */
function completeAnswers(document) {
  const seen = new Set();
  const complete = (node) => {
    if (Array.isArray(node)) return node.forEach(complete);
    if (node === null || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') {
      const name = node.$ref.split('/').at(-1);
      if (seen.has(name)) return;
      seen.add(name);
      return complete(document.components.schemas[name]);
    }
    if (node.properties !== undefined) node.required = Object.keys(node.properties);
    Object.values(node).forEach(complete);
  };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) complete(operation.responses);
  }
  return document;
}

/** The types of the document in openapi.json. */
export async function types() {
  const document = completeAnswers(JSON.parse(await readFile(here('openapi.json'), 'utf8')));
  return astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await writeFile(here('src/lib/api/generated.ts'), await types());
}
