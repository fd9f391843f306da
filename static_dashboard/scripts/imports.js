/**
 * Which folder of src/ may import which others, besides itself: main.ts -> pages -> lib, and inside of both from the
 * whole to the parts.  A test keeps the table complete.
 */
const BASE = ['lib/api', 'lib/router', 'lib/messages'];
const TEXT = [...BASE, 'lib/text', 'lib/app.svelte.ts', 'lib/preferences.svelte.ts'];
const PARTS = [...TEXT, 'lib/components'];
const SHELL = [...PARTS, 'lib/session', 'lib/shell'];
const LIB = [...SHELL, 'lib/store', 'lib/search', 'lib/selection'];
const PAGES = (...others) => [...LIB, ...others.map((name) => `pages/${name}`)];

export const ALLOWED = {
  'lib/api': ['lib/messages'],
  'lib/router': [],
  'lib/text': BASE,
  'lib/components': TEXT,
  'lib/session': PARTS,
  'lib/shell': PARTS,
  'lib/store': [...BASE, 'lib/text', 'lib/session'],
  'lib/search': PARTS,
  'lib/selection': [...SHELL, 'lib/store'],
  'pages/slideshow': PARTS,
  'pages/create': PAGES(),
  'pages/publish': PAGES(),
  'pages/setup': PAGES(),
  'pages/insights': PAGES(),
  'pages/audit': PAGES(),
  'pages/activity': PAGES('create'),
  'pages/viewer': PAGES('create'),
  'pages/compare': PAGES('viewer'),
  'pages/playback': PAGES('slideshow', 'viewer'),
  'pages/images': PAGES('viewer', 'setup'),
  'pages/albums': PAGES('images', 'viewer'),
  'pages/settings': PAGES('images'),
  'pages/schedules': PAGES('activity', 'create', 'publish'),
  'pages/trash': PAGES('images', 'viewer'),
};

/** The zones of import-x/no-restricted-paths for the table. */
export function zones() {
  const folders = Object.entries(ALLOWED).map(([folder, others]) => ({
    target: `./src/${folder}`,
    from: './src',
    except: [folder, ...others].map((name) => `./${name}`),
    message: `src/${folder} may not import this: see scripts/imports.js.`,
  }));
  return [...folders, { target: './src/lib', from: './src/pages', message: 'src/lib may not import a page.' }];
}
