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

/** Why there is no view, if its code takes long to load or cannot be loaded. */
export type MissingView = 'late' | 'outdated' | undefined

export function renderUpload(
  model: ViewModel,
  actions: ViewActions,
  view: FilesView | undefined,
  missing?: MissingView,
): TemplateResult {
  const { items, dir, texts, shape, mistake } = model
  // Rendered first, because it adds the texts that the drop zone needs once there are files.
  const files = view ? view.render(model, actions) : missing ? renderLines(model) : nothing
  const isSmall = view !== undefined && items.length > 0
  const notice = mistake ?? (missing === 'outdated' && texts.say('outdated'))
  return html`
    <div class="root" part="root" dir=${dir} lang=${texts.lang}>
      ${shape === 'avatar' && !missing ? nothing : renderDropZone(model, actions, isSmall)}
      ${notice ? html`<div class="notice" part="notice" role="alert">${notice}</div>` : nothing}
      ${files}
      ${items.length > 0 ? undefined : html`<slot name="empty"></slot>`}
      <slot name="footer"></slot>
      <div class="unseen" role="status"></div>
      <div class="unseen" role="alert"></div>
    </div>
  `
}

/** All that can be said of the files without the code that renders them. */
function renderLines({ items, removed, texts }: ViewModel) {
  return items.map(({ id, name, state, waiting, progress }) => {
    if (removed.has(id)) return nothing
    const words =
      state === 'failed'
        ? texts.say('failed')
        : waiting?.reason === 'offline'
          ? texts.say('offline')
          : texts.percent(progress.fraction)
    return html`<div><bdi>${name}</bdi> · ${words}</div>`
  })
}
