import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policyOf } from '../content-policy';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svelte|ts)$/.test(name));

describe('what people type', () => {
  it('never becomes markup', () => {
    const guilty = files.filter((name) =>
      /\{@html|innerHTML|outerHTML|insertAdjacentHTML|srcdoc|document\.write/.test(readFileSync(`src/${name}`, 'utf8')),
    );

    expect(guilty).toEqual([]);
  });

  it('could not either, by the page’s policy', () => {
    const policy = policyOf('<style>p{color:red}</style>');

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("style-src 'self' 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64=';");
    expect(policy).not.toContain('unsafe');
  });

  it('finds no style attribute in the sources, which the policy would refuse', () => {
    const guilty = files.filter(
      (name) => name.endsWith('.svelte') && /\sstyle="/.test(readFileSync(`src/${name}`, 'utf8')),
    );

    expect(guilty).toEqual([]);
  });
});
