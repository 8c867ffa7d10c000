/**
 * How VitePress builds the pages that `main.ts` has written.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const inFolder = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))
const { version, nav, sidebar } = JSON.parse(readFileSync(inFolder('pages/site.json'), 'utf8'))

/** Without scripts the menus do not open: the style shows what is in them. */
const WITHOUT_SCRIPTS = `<style>
  .VPNavBarSearch, .VPNavBarHamburger, .VPNavBarAppearance, .VPNavBarExtra, .VPLocalNav, button.copy { display: none !important }
  .VPSidebarItem.collapsed .items { display: block !important }
  @media (max-width: 959px) {
    .Layout { flex-direction: column }
    .VPSidebar { position: static !important; order: 1; width: auto !important; max-width: none !important; opacity: 1 !important; transform: none !important }
  }
</style>`

/** The row of a table that defines a name counts more for the search than text that uses it. */
function searched(source, env, markdown) {
  const html = markdown.render(source, env)
  const times = /^reference\/(?:signer|client|element|errors)/.test(env.relativePath) ? 12 : 3
  return html.replace(/<tr>\n<td>(<code>[^<]*<\/code>)/g, `$&${' $1'.repeat(times)}`)
}

/**
 * VitePress 1.6 calls its search a button that contains links, which hides them from screen readers.
 * This makes it a dialog with a combobox. A part that a new version no longer has fails the build.
 */
const SEARCH_ROLES = [
  [/role="button"[^>]*aria-haspopup="listbox"/, 'role="dialog" aria-modal="true"'],
  [
    'aria-autocomplete="both"',
    `role="combobox" aria-autocomplete="list" :aria-expanded="results?.length ? 'true' : 'false'"`,
  ],
  [/:id="'localsearch-item-' \+ index"\s+:aria-selected="[^"]*"\s+role="option"/, 'role="none"'],
  [
    /:aria-label="\[\.\.\.p\.titles[^"]*"/,
    `role="option" :id="'localsearch-item-' + index" :aria-selected="selectedIndex === index ? 'true' : 'false'"`,
  ],
  [/<kbd :aria-label/g, '<kbd role="img" :aria-label'],
]

const searchRoles = {
  name: 'search-roles',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/VPLocalSearchBox.vue')) return undefined
    return SEARCH_ROLES.reduce((text, [part, roles]) => {
      const changed = text.replace(part, () => roles)
      if (changed === text) throw new Error(`VitePress's search has no ${part}`)
      return changed
    }, code)
  },
}

/** GitHub's anchors, which the documents use: see tools/docs/anchors.ts. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

export default {
  title: 'Waybill',
  description: 'Upload from the browser straight to your own S3 bucket.',
  base: process.env.SITE_BASE || '/',
  srcDir: inFolder('pages'),
  outDir: inFolder('site'),
  cacheDir: inFolder('cache'),
  cleanUrls: true,
  ignoreDeadLinks: [/^http:\/\/localhost/],
  head: [
    ['link', { rel: 'icon', href: `${process.env.SITE_BASE || '/'}icon.svg` }],
    ['noscript', {}, WITHOUT_SCRIPTS],
  ],
  // Each page in sight of a link would be loaded, also all of the sidebar's.
  router: { prefetchLinks: false },
  vite: {
    plugins: [searchRoles],
    build: { chunkSizeWarningLimit: 1000 },
    resolve: {
      alias: [
        // Styles of the search service that is not used.
        { find: '@docsearch/css', replacement: inFolder('../.vitepress/theme/empty.css') },
      ],
    },
  },
  markdown: {
    anchor: { slugify },
    languageAlias: { caddyfile: 'nginx', csp: 'http' },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(markdown) {
      // Cells without text head nothing.
      markdown.core.ruler.push('empty-headers', ({ tokens }) => {
        for (const [index, token] of tokens.entries()) {
          if (token.type !== 'th_open' || tokens[index + 1].content !== '') continue
          token.tag = 'td'
          tokens[index + 2].tag = 'td'
        }
      })
      markdown.renderer.rules.table_open = () => '<div class="table"><table>\n'
      markdown.renderer.rules.table_close = () => '</table></div>\n'
    },
  },
  themeConfig: {
    nav: [...nav, { text: version, link: '/changelog' }],
    sidebar,
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: { _render: searched },
    },
  },
}
