/**
 * A file's thumbnail: the image, a video frame, or an icon. The icon is behind the preview, so it
 * is visible if the preview cannot be decoded.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { type IconName, icon } from '../icons.ts'

/** The first match counts. Office formats contain `document` and `xml`, whatever they are. */
const KINDS: readonly (readonly [RegExp, IconName])[] = [
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
  [/pdf/, 'pdf'],
  [/sheet|excel|csv|\.(?:xlsx?|ods|numbers)$/, 'sheet'],
  [/presentation|powerpoint|\.(?:pptx?|odp|key)$/, 'slides'],
  [/zip|tar|compressed|7z|rar/, 'archive'],
  [/document|word|rtf|\.(?:docx?|odt|pages|md)$/, 'text'],
  [/json|xml|html|css|script|yaml|\.(?:[jt]sx?|vue|py|rb|go|rs|java|c|cpp|h|sh|sql)$/, 'code'],
  [/^text\//, 'text'],
]

/** The browser knows no type for many files. Their extension decides. */
function kindIcon(type: string, name: string): IconName {
  const kind = (type === 'application/octet-stream' ? '' : type) || name.toLowerCase()
  return KINDS.find(([pattern]) => pattern.test(kind))?.[1] ?? 'file'
}

/** The thumbnail needs no text for screen readers, because the file's name is next to it. */
export function renderThumbnail(
  { type, name, previewUrl }: Pick<UploadItem, 'type' | 'name'> & Partial<UploadItem>,
  state: string,
): TemplateResult {
  const kind = kindIcon(type, name)
  return html`<div class="thumb ${kind}" part="thumbnail ${state}">${icon(kind)}${preview(type, previewUrl)}</div>`
}

function preview(type: string, url: string | undefined) {
  if (!url) return nothing
  if (!type.startsWith('video/')) {
    return html`<img src=${url} alt="" loading="lazy" decoding="async" @error=${hide} />`
  }
  // At 0.5 s, because the first frame is often black.
  return html`<video
    src="${url}#t=0.5"
    preload="metadata"
    muted
    playsinline
    tabindex="-1"
    aria-hidden="true"
    @error=${hide}
  ></video>`
}

function hide({ currentTarget }: Event): void {
  if (currentTarget instanceof HTMLElement) currentTarget.hidden = true
}
