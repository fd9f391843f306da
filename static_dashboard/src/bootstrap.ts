import { prefetch } from './lib/api/prefetch';
import { parse, type PageName } from './lib/router/route';
import { adoptKey } from './lib/session/key';
import { files } from './pages/table';

// This comes in a small file of its own: what the first page needs is asked for while the rest of the script is on
// its way.  The key leaves the address before anything reads a route from it.
export const key = adoptKey(location, history, localStorage);

/** Where the API is: `config.json` says it; without that file, where the page is. */
export const api: Promise<string> = fetch('./config.json')
  .then((response) => response.json())
  .then(
    (found: unknown) =>
      typeof found === 'object' && found !== null && 'api' in found && typeof found.api === 'string'
        ? found.api
        : '/api',
    () => '/api',
  );

/** What each page asks for as it opens, besides what all do; spelled as the client does. */
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
