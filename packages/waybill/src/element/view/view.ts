/**
 * Renders the element: the drop zone and, below it, the files. An avatar is both. Never sets a `style` attribute,
 * because a Content Security Policy may forbid it.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import { renderDropZone } from './drop-zone.ts'
import type { FilesView } from './files-view.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

export function renderUpload(
  model: ViewModel,
  actions: ViewActions,
  view: FilesView | undefined,
): TemplateResult {
  const { items, dir, speech, shape } = model
  // Rendered first, because it adds the texts that the drop zone needs once there are files.
  const files = view?.render(model, actions)
  const isSmall = view !== undefined && items.length > 0
  return html`
    <div class="root" part="root" dir=${dir} lang=${speech.lang}>
      ${shape === 'avatar' ? nothing : renderDropZone(model, actions, isSmall)}
      ${files}
      ${items.length > 0 ? undefined : html`<slot name="empty"></slot>`}
      <slot name="footer"></slot>
      <div class="unseen" role="status"></div>
      <div class="unseen" role="alert"></div>
    </div>
  `
}
