import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { areas, catalog } from '../../scripts/messages/compile.js';
import { isolated } from '../../scripts/messages/isolated.js';
import { compiled, placeholders, problems, typed } from '../../scripts/messages/icu.js';

/** The functions of a compiled module, run with the runtime's own. */
async function loaded(source: string): Promise<Record<string, (values?: object) => string>> {
  const runtime = await import('@messageformat/runtime');
  const cardinals = await import('@messageformat/runtime/lib/cardinals');
  const body = source.replace(/^import .*$/gm, '').replace(/^export const (\w+) =/gm, 'found.$1 =');
  const names = { ...runtime, ...cardinals, isolated } as Record<string, unknown>;
  return new Function(...Object.keys(names), `const found = {}; ${body}; return found;`)(
    ...Object.values(names),
  ) as never;
}

describe('messages', () => {
  it('take plural forms, numbers and values by the rules of their language', async () => {
    const english = { a_images: '{count, plural, =0 {No images} one {# image} other {# images}} of {name}' };
    const polish = {
      a_images: '{count, plural, one {# obraz} few {# obrazy} many {# obrazów} other {# obrazu}}: {name}',
    };

    const en = await loaded(compiled([english], ['en']));
    const pl = await loaded(compiled([polish, english], ['pl', 'en']));

    expect([0, 1, 1234].map((count) => en['a_images']?.({ count, name: 'x' }))).toEqual([
      'No images of x',
      '1 image of x',
      '1,234 images of x',
    ]);
    expect([1, 3, 5].map((count) => pl['a_images']?.({ count, name: 'x' }))).toEqual([
      '1 obraz: x',
      '3 obrazy: x',
      '5 obrazów: x',
    ]);
  });

  it('keep names of a right-to-left script from reordering the text around them', async () => {
    const catalog = {
      a_deleted: '“{name}” deleted. {count, plural, one {# image of {name}} other {# images}}.',
      a_kind: '{kind, select, a {{name} (a)} other {{name}}}',
    };

    const en = await loaded(compiled([catalog], ['en']));

    expect(en['a_deleted']?.({ name: 'ينشر 7', count: 1 })).toBe(
      '“\u2068ينشر 7\u2069” deleted. 1 image of \u2068ينشر 7\u2069.',
    );
    expect(en['a_deleted']?.({ name: 'Eulen', count: 2 })).toBe('“Eulen” deleted. 2 images.');
    expect(en['a_kind']?.({ kind: 'a', name: 'שלום' })).toBe('\u2068שלום\u2069 (a)');
    expect(en['a_kind']?.({ kind: 'b', name: 3 })).toBe(3);
  });

  it('that a language lacks stay English, plural forms included', async () => {
    const english = { a_one: 'One', a_days: '{count, plural, one {# day} other {# days}}' };

    const ja = await loaded(compiled([{ a_one: '一' }, english], ['ja', 'en']));

    expect(ja['a_one']?.()).toBe('一');
    expect(ja['a_days']?.({ count: 1 })).toBe('1 day');
  });

  it('are functions whose types name what they are given', () => {
    const message = '{kind, select, a {{count, plural, one {# x} other {{total, number} x}}} other {{name}}}';

    expect([...placeholders(message)]).toEqual([
      ['kind', 'string | boolean'],
      ['count', 'number'],
      ['total', 'number'],
      ['name', 'string | number'],
    ]);
    expect(typed({ a_b: 'Plain', a_c: '{count, number}' })).toBe(
      'export declare const a_b: () => string;\nexport declare const a_c: (values: { count: number }) => string;\n',
    );
  });

  it('in a catalog are refused with a wrong key, a wrong order or a form that the language lacks', () => {
    expect(problems('a', { a_b: 'B', a_a: 'A' })).toHaveLength(1);
    expect(problems('a', { b_a: 'A' })).toHaveLength(1);
    expect(problems('a', { a_a: '{count, plural, few {#} other {#}}' })).toHaveLength(1);
    expect(problems('a', { a_a: '{count, plural, one {#}' })).toHaveLength(1);
    expect(problems('a', { a_a: 'A', a_b: 'It’s {name}' })).toEqual([]);
  });

  it.each(areas())('of %s are well formed, and each is used', (area) => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(svelte|ts)$/.test(name) && !name.startsWith('lib/messages'))
      .map((name) => readFileSync(`src/${name}`, 'utf8'))
      .join('\n');
    const unused = Object.keys(catalog('en', area)).filter((key) => !new RegExp(`\\bm\\.${key}\\b`).test(sources));

    expect(problems(area, catalog('en', area))).toEqual([]);
    expect(unused).toEqual([]);
  });
});
