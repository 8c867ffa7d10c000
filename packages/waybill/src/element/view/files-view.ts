import type { CSSResult, TemplateResult } from 'lit'
import type { AnnouncerEffects } from '../announce/announcer.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

export interface FilesViewEffects extends AnnouncerEffects {
  /** Renders the element again. The promise settles when it has been rendered. */
  readonly render: () => Promise<unknown>
}

/** Renders and announces files: as a list or, with `shape="avatar"`, as a picture. */
export interface FilesView {
  readonly styles: readonly CSSResult[]
  /** Whether another render is needed for what did not fit into the last one. */
  readonly isBehind: boolean
  render(model: ViewModel, actions: ViewActions): TemplateResult
  tell(model: ViewModel): void
}
