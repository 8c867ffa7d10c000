/**
 * What Vite bundles before the first test runs in a browser. Found out in the middle of a test, it
 * would reload the test's page.
 *
 * @module
 */

export const BUNDLED_DEPENDENCIES: readonly string[] = [
  'hash-wasm',
  'idb-keyval',
  'lit',
  'lit/directives/guard.js',
  'lit/directives/repeat.js',
  'react',
  'react-dom/client',
  'vue',
]
