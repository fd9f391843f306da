import { prefetch } from './lib/api/prefetch';
import { parse, type PageName } from './lib/router/route';
import { isFramed } from './lib/session/framed';
import { keepKey, keptEntra, keptKey, takeLink, type SignInLink } from './lib/session/key';
import { files } from './pages/table';

// A separate small file, which requests the data of the first page while the main script is loading.
if (isFramed(window)) {
  document.getElementById('framed')?.removeAttribute('hidden');
  throw new Error('The dashboard doesn’t run inside a frame.'); // stops the main script, which imports this one
}

/** The links with a key or code that were opened and not handled yet. */
export const links: SignInLink[] = [];

// Secrets are removed from the URL before any code reads a route from it, also when a link is opened in this tab.
function take(): void {
  const link = takeLink(location, history);
  if (link !== null) links.push(link);
}
take();
window.addEventListener('hashchange', take);

const earlier = keptKey(localStorage);
/** The key of an earlier sign-in, otherwise the one in the link, also after a reload before it has worked. */
export const key = earlier ?? (keptEntra(localStorage) ? null : (links[0]?.key ?? keptKey(sessionStorage)));
if (earlier === null && key !== null) keepKey(sessionStorage, key);

/** The API's URL, from `config.json`; without that file, the page's origin. */
export const api: Promise<string> = fetch('./config.json')
  .then((response) => response.json())
  .then(
    (found: unknown) =>
      typeof found === 'object' && found !== null && 'api' in found && typeof found.api === 'string'
        ? found.api
        : '/api',
    () => '/api',
  );

/** The additional requests of each page when it opens, with the same URLs as the client's. */
const OPENING: Partial<Record<PageName, readonly string[]>> = {
  create: ['/presets'],
  schedules: ['/settings'],
  activity: ['/jobs?limit=20'],
  insights: ['/insights?months=3', '/timeline'],
  settings: ['/settings'],
};

if (key !== null && !location.hash.startsWith('#/frame/')) {
  const route = parse(location.hash);
  const paths = ['/config', '/schedules', '/changes', ...(OPENING[route.page] ?? [])];
  if (route.page === 'images') paths.unshift(`/images?q=${encodeURIComponent(route.q)}&limit=60`);
  if (route.page === 'images' && route.q === '') paths.push('/timeline', '/jobs?status=failed,blocked&limit=10');
  void api.then((base) => prefetch(base, key, paths));
  if (route.page !== 'images') files[route.page]().catch(() => {}); // the page asks again, and says so
}
