import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { files, messages, PRETENDED, translator } from '../scripts/messages/catalog.js';
import { find } from '../scripts/messages/find.js';
import { put } from '../scripts/messages/put.js';

const said = (file: string, source: string) => find(file, source).map(({ message }: { message: string }) => message);
const german = (words: Record<string, string>) => (message: string) => words[message];

describe('what people read', () => {
  it('is all in messages/en.json, ready to be translated', () => {
    const kept = Object.keys(JSON.parse(readFileSync('messages/en.json', 'utf8')) as object);

    expect(kept, 'run `npm run messages`').toEqual(messages());
  });

  it('is found between tags, in attributes that are shown, and as sentences in code', () => {
    const source = `<script lang="ts">
      const said = busy ? 'Signing in…' : 'Sign in';
      if (state === 'Not this') toasts.say(\`\${count} pictures are there.\`);
    </script>
    <h1 class="not-this" title="Everything about it">Pictures of {name}, newest first</h1>`;

    expect(said('A.svelte', source)).toEqual([
      'Signing in…',
      'Sign in',
      '{0} pictures are there.',
      'Everything about it',
      'Pictures of {0}, newest first',
    ]);
  });

  it('is not what the page alone reads: names, keys, addresses, types', () => {
    const source = `import { Two } from 'some where';
      type Way = 'Side by side';
      const far = document.querySelector('a b'); const size = '12px solid red'; const path = './some/where.js';
      export const map = { 'Shift+ArrowRight': 1, key: 'ArrowLeft' };`;

    expect(said('a.ts', source)).toEqual([]);
  });

  it('may stand in another order in another language, and hold what code must not contain', () => {
    const source = '<p title="Go on">Picture {index + 1} of {busy ? `not known yet` : total}</p>';

    const put_ = put(
      'A.svelte',
      source,
      german({
        'Picture {0} of {1}': 'Von {1}: Bild {0}',
        'not known yet': 'noch `offen`',
        'Go on': 'Weiter {<">}',
      }),
    );

    expect(put_).toBe(
      '<p title="Weiter &#123;&lt;&quot;>&#125;">Von {busy ? `noch \\`offen\\`` : total}: Bild {index + 1}</p>',
    );
  });

  it('leaves every file of the page a program when it is put into another language', () => {
    const pretended = translator(PRETENDED);

    for (const name of files()) {
      const source = readFileSync(`src/${name}`, 'utf8');
      const translated = put(name, source, pretended);
      expect(said(name, translated).length, name).toBeGreaterThanOrEqual(0);
      expect(
        put(name, source, () => undefined),
        name,
      ).toBe(source);
    }
  }, 60_000); // two seconds by itself, and a minute beside others
});
