import { api, key, links } from './bootstrap';
import { mount } from 'svelte';
import App from './App.svelte';
import { slideshowRoute } from './pages/slideshow/route';
import { place } from './lib/router/place.svelte';
import { keptEntra } from './lib/session/key';
import { Session } from './lib/session/session.svelte';
import './style/index.css';

// The slideshow shows published images without an API key, the API, or the rest of the dashboard.
const frame = slideshowRoute(location.hash);
window.addEventListener('hashchange', () => {
  if (frame !== null || slideshowRoute(location.hash) !== null) location.reload();
});
if (frame === null) place.follow();

// No top-level await: modules that are imported below import this one, and both would wait for each other.
async function start(target: HTMLElement): Promise<void> {
  if (frame !== null) {
    const { default: Slideshow } = await import('./pages/slideshow/Slideshow.svelte');
    target.replaceChildren();
    mount(Slideshow, { target, props: { route: frame } });
    return;
  }
  const session = new Session(await api, key, localStorage, sessionStorage);
  if (key === null && keptEntra(localStorage)) await session.resumeEntra();
  const follow = () => Promise.all(links.splice(0).map((link) => session.follow(link, document.baseURI)));
  if (session.key === null) await follow();
  target.replaceChildren(); // removes the text that the page shows while this script is loading
  mount(App, { target, props: { session } });
  void follow();
  window.addEventListener('hashchange', () => void follow());
}

const target = document.getElementById('app');
if (target !== null) void start(target);
