/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  compilerOptions: {
    runes: true,
    // Nodes are made one by one rather than through `innerHTML`, which the page's Trusted Types rule forbids.
    fragments: 'tree',
  },
};
