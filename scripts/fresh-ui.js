/** What Vitest does before all tests: a browser must never be shown yesterday's pages. */
export { freshUi as setup } from './ui.js';
