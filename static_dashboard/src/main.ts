import { mount } from 'svelte';
import App from './App.svelte';
import { frameOf } from './frame/place';
import { place } from './route/place.svelte';
import { adoptKey, keptEntra } from './session/key';
import { Session } from './session/session.svelte';
import './style/index.css';

// The key leaves the address before anything reads a route from it.
const key = adoptKey(location, history, localStorage);
// A screen on a wall shows what is published: no key, no API, nothing of the page but its files.
const frame = frameOf(location.hash);
window.addEventListener('hashchange', () => {
  if (frame !== null || frameOf(location.hash) !== null) location.reload();
});
if (frame === null) place.follow();

async function settings(): Promise<{ api: string }> {
  try {
    const response = await fetch('./config.json');
    const found: unknown = await response.json();
    if (typeof found === 'object' && found !== null && 'api' in found && typeof found.api === 'string') {
      return { api: found.api };
    }
  } catch {
    // A missing file means: the API is where the page is.
  }
  return { api: '/api' };
}

const target = document.getElementById('app');
if (target !== null && frame !== null) {
  const { default: Frame } = await import('./frame/Frame.svelte');
  mount(Frame, { target, props: { route: frame } });
} else if (target !== null) {
  const { api } = await settings();
  const session = new Session(api, key, localStorage);
  if (key === null && keptEntra(localStorage)) await session.resumeEntra();
  mount(App, { target, props: { session } });
}
