/**
 * VitePress's theme with the system's fonts.
 *
 * @module
 */

import { onContentUpdated } from 'vitepress'
import Theme from 'vitepress/theme-without-fonts'
import './style.css'

export default {
  extends: Theme,
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
