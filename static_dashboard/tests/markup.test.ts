import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { POLICY } from '../content-policy';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name));

describe('what people type', () => {
  it('never becomes markup', () => {
    const guilty = files.filter((name) =>
      /\{@html|innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write/.test(readFileSync(`src/${name}`, 'utf8')),
    );

    expect(guilty).toEqual([]);
  });

  it('could not either, by the page’s policy', () => {
    expect(POLICY).toContain("default-src 'none'");
    expect(POLICY).toContain("require-trusted-types-for 'script'");
    expect(POLICY).not.toContain('unsafe');
  });

  it('finds no style attribute in the sources, which the policy would refuse', () => {
    const guilty = files.filter(
      (name) => name.endsWith('.svelte') && /\sstyle="/.test(readFileSync(`src/${name}`, 'utf8')),
    );

    expect(guilty).toEqual([]);
  });
});
