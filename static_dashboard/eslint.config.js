import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { zones } from './scripts/imports.js';
import svelteConfig from './svelte.config.js';

const MARKUP_SINKS = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'srcdoc'];

export default ts.config(
  { ignores: ['dist/', 'src/lib/api/generated.ts', 'src/lib/messages/'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ['src/**'],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })] },
    rules: { 'import-x/no-restricted-paths': ['error', { zones: zones() }] },
  },
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: ['error', 'smart'],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      // What people typed or a model wrote becomes text, never markup.
      'no-restricted-properties': [
        'error',
        ...MARKUP_SINKS.map((property) => ({ property, message: 'Make text nodes.' })),
      ],
      '@typescript-eslint/no-invalid-void-type': 'off', // `T | void` in promise handlers
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // A route is a fragment, which SvelteKit's `resolve` knows nothing of.
      'svelte/no-navigation-without-resolve': 'off',
      // Plain maps and dates here are caches and instants that nothing is drawn from.
      'svelte/prefer-svelte-reactivity': 'off',
      // The compiler's own reading of a value inside an effect: `void value`.
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
