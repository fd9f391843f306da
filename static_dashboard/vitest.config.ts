import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { messagesPlugin } from './scripts/messages/plugin.js';

export default defineConfig({
  plugins: [messagesPlugin('en'), svelte()],
  resolve: { conditions: ['browser'] },
  test: { include: ['tests/**/*.test.ts'], environment: 'node', expect: { requireAssertions: true } },
});
