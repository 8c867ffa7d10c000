/**
 * A file's thumbnail: the image, a video frame, or an icon. The icon is behind the preview, so it
 * is visible if the preview cannot be decoded.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { type IconName, icon } from '../icons.ts'

const KINDS: readonly (readonly [RegExp, IconName])[] = [
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
  [/zip|tar|compressed|7z|rar/, 'archive'],
  [/^text\/|pdf|document|msword|rtf|json/, 'text'],
]

export function kindIcon(type: string): IconName {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'file'
}

/** The thumbnail needs no text for screen readers, because the file's name is next to it. */
export function renderThumbnail({ type, previewUrl }: UploadItem, state: string): TemplateResult {
  return html`<div class="thumb" part="thumbnail ${state}">${icon(kindIcon(type))}${preview(type, previewUrl)}</div>`
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
