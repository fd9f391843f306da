// The key leaves the address before anything else reads it, the router included.
import { key } from './session/first';
import { mount } from 'svelte';
import App from './App.svelte';
import { Session } from './session/session.svelte';
import './style/index.css';

async function settings(): Promise<{ api: string }> {
  try {
    const response = await fetch('./config.json', { cache: 'no-cache' });
    const found: unknown = await response.json();
    if (typeof found === 'object' && found !== null && 'api' in found && typeof found.api === 'string') {
      return { api: found.api };
    }
  } catch {
    // A missing file means: the API is where the page is.
  }
  return { api: '/api' };
}

const { api } = await settings();
const target = document.getElementById('app');
if (target !== null) mount(App, { target, props: { session: new Session(api, key, localStorage) } });
