import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { policyOf, REDIRECT_POLICY } from './content-policy';
import { messagesPlugin } from './scripts/messages/plugin.js';

const BOOTSTRAP =
  /src[\\/](bootstrap|lib[\\/](session[\\/](key|framed)|router[\\/]route|api[\\/]prefetch)|pages[\\/]table)\.ts$|rolldown[\\/]runtime/;
// Microsoft's library, and the page that it leads back to, stay by themselves.
const ours = (id: string) => !/redirect\.(html|ts)|@azure[\\/]msal/.test(id);
const language = process.env['DASHBOARD_LANGUAGE'] ?? 'en';

/** Moves the style sheet behind the body, so that the text “Loading Auto-Image-Gen…” doesn't wait for it. */
function loadingFirst(): Plugin {
  return {
    name: 'loading-first',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path }) => {
        if (path.endsWith('redirect.html')) return html;
        const [sheet] = /\s*<link rel="stylesheet"[^>]*>/.exec(html) ?? [];
        if (sheet === undefined) throw new Error('The page has no style sheet.');
        return html.replace(sheet, '').replace('</body>', `${sheet.trimStart()}\n  </body>`);
      },
    },
  };
}

/**
 * Writes the policy into the built pages (the development server needs inline styles, so it has none), and where
 * images come from: the browser connects while the script is loading.
 */
function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path }) => {
        const redirect = path.endsWith('redirect.html');
        const content = redirect ? REDIRECT_POLICY : policyOf(html);
        const policy = { 'http-equiv': 'Content-Security-Policy', content };
        const images = { rel: 'preconnect', href: '%IMG_ORIGIN%' };
        return [
          { tag: 'meta', attrs: policy, injectTo: 'head-prepend' },
          ...(redirect ? [] : [{ tag: 'link', attrs: images, injectTo: 'head' as const }]),
        ];
      },
    },
  };
}

/** Starts the first script as soon as it is there; otherwise it would wait for the main one, which needs it. */
function bootstrapScript(): Plugin {
  return {
    name: 'bootstrap-script',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { path, bundle }) => {
        if (path.endsWith('redirect.html')) return [];
        const first = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.name === 'bootstrap');
        if (first === undefined) throw new Error('The first script is in no file of its own: see BOOTSTRAP.');
        const attrs = { type: 'module', async: true, crossorigin: true, src: `./${first.fileName}` };
        return [{ tag: 'script', attrs, injectTo: 'head' }];
      },
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [messagesPlugin(language), svelte(), loadingFirst(), contentPolicy(), bootstrapScript()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // a font as a data: URL would break the policy
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'redirect.html'],
      // What every visit needs is one file: Blob hosting speaks HTTP/1.1, where each of thirty costs a round trip.
      output: {
        codeSplitting: {
          groups: [
            { name: 'bootstrap', test: BOOTSTRAP, priority: 3 },
            { name: 'main', tags: ['$initial'], test: ours, priority: 2 },
            // What other pages share: small pieces go together where the same pages need them.
            {
              name: 'shared',
              test: ours,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 4_000,
              priority: 1,
            },
          ],
        },
      },
    },
    reportCompressedSize: true,
  },
  server: {
    proxy: { '/api': process.env['API_TARGET'] ?? 'http://127.0.0.1:7071' },
  },
});
