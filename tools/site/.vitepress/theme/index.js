/**
 * VitePress's theme with the system's fonts.
 *
 * @module
 */

import { onContentUpdated, withBase } from 'vitepress'
import Theme from 'vitepress/theme-without-fonts'
import { h } from 'vue'
import './style.css'

function notFound() {
  return h('main', { class: 'VPDoc vp-doc' }, [
    h('h1', 'No page has this address'),
    h('p', [
      'It may have moved: search for it, or start on the ',
      h('a', { href: withBase('/') }, 'first page'),
      '.',
    ]),
  ])
}

export default {
  extends: Theme,
  Layout: () => h(Theme.Layout, null, { 'not-found': notFound }),
  setup() {
    // Not every browser lets keys scroll a table that is wider than its box.
    const observer =
      typeof ResizeObserver === 'undefined'
        ? undefined
        : new ResizeObserver((entries) => {
            for (const { target } of entries) {
              if (target.scrollWidth > target.clientWidth) target.tabIndex = 0
              else target.removeAttribute('tabindex')
            }
          })
    onContentUpdated(() => {
      observer?.disconnect()
      for (const box of document.querySelectorAll('.table')) observer?.observe(box)
    })
  },
}
