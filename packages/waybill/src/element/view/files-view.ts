import type { CSSResult, TemplateResult } from 'lit'
import type { AnnouncerEffects } from '../announce/announcer.ts'
import type { RowOrderEffects } from './list/row-order.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

export interface FilesViewEffects extends AnnouncerEffects, RowOrderEffects {
  /** Renders the element again. The promise settles when it has been rendered. */
  readonly render: () => Promise<unknown>
}

/** Renders and announces files: as a list or, with `shape="avatar"`, as a picture. */
export interface FilesView {
  readonly styles: readonly CSSResult[]
  /** Time until the next render, even if no file has changed. */
  readonly renderInMs: number | undefined
  render(model: ViewModel, actions: ViewActions): TemplateResult
  tell(model: ViewModel): void
}
