import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { POLICY, REDIRECT_POLICY } from './content-policy';
import { messagesPlugin } from './scripts/messages/plugin.js';

const OF_REDIRECT = /redirect\.(html|ts)|@azure[\\/]msal/;
const language = process.env['DASHBOARD_LANGUAGE'] ?? 'en';

/** Writes the policy into the built page; the development server needs inline styles, so it has none. */
function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { path }) => [
        {
          tag: 'meta',
          attrs: {
            'http-equiv': 'Content-Security-Policy',
            content: path.endsWith('redirect.html') ? REDIRECT_POLICY : POLICY,
          },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [...(language === 'en' ? [] : [messagesPlugin(language)]), svelte(), contentPolicy()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a font as a data: URL would break the policy
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'redirect.html'],
      // What every visit needs is one file: Blob hosting speaks HTTP/1.1, where each of thirty costs a round trip.
      output: { codeSplitting: { groups: [{ name: 'main', tags: ['$initial'], test: (id) => !OF_REDIRECT.test(id) }] } },
    },
    reportCompressedSize: true,
  },
  server: {
    proxy: { '/api': process.env['API_TARGET'] ?? 'http://127.0.0.1:7071' },
  },
});
