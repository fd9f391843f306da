import { mount } from 'svelte';
import App from './App.svelte';
import { api, key } from './bootstrap';
import { slideshowRoute } from './pages/slideshow/route';
import { place } from './lib/router/place.svelte';
import { keptEntra } from './lib/session/key';
import { Session } from './lib/session/session.svelte';
import './style/index.css';

// A screen on a wall shows what is published: no key, no API, nothing of the page but its files.
const frame = slideshowRoute(location.hash);
window.addEventListener('hashchange', () => {
  if (frame !== null || slideshowRoute(location.hash) !== null) location.reload();
});
if (frame === null) place.follow();

// Not awaited at the top: files that are loaded on the way need this one, and would wait for each other.
async function start(target: HTMLElement): Promise<void> {
  if (frame !== null) {
    const { default: Slideshow } = await import('./pages/slideshow/Slideshow.svelte');
    mount(Slideshow, { target, props: { route: frame } });
    return;
  }
  const session = new Session(await api, key, localStorage);
  if (key === null && keptEntra(localStorage)) await session.resumeEntra();
  mount(App, { target, props: { session } });
}

const target = document.getElementById('app');
if (target !== null) void start(target);
