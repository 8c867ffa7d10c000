/**
 * Finds the objects that a page can show, and makes their elements.
 *
 * @module
 */

import type { StoredObject } from '../packages/waybill/src/cli/dev/stored-objects.ts'

const KINDS = [
  ['video', /\.(?:mp4|m4v|mov|webm|mkv|ogv)$/i],
  ['audio', /\.(?:mp3|m4a|aac|wav|flac|oga|ogg|opus)$/i],
  ['img', /\.(?:png|jpe?g|gif|webp|avif|bmp)$/i],
] as const

/** Names the element for an object; `undefined` if the page cannot show it. */
export function mediaKind(name: string): 'video' | 'audio' | 'img' | undefined {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0]
}

/**
 * Makes the element for an object.
 *
 * @param onFailure - Called when the browser cannot show it: a missing codec, or the object is
 *   gone.
 */
export function mediaElement(
  { name, url }: StoredObject,
  onFailure: () => void,
): HTMLElement | undefined {
  const kind = mediaKind(name)
  if (kind === undefined || url === '') return undefined
  const media = document.createElement(kind)
  media.addEventListener('error', onFailure)
  if (media instanceof HTMLImageElement) {
    media.alt = name
  } else {
    media.controls = true
    media.ariaLabel = name
    media.preload = 'metadata'
    if (media instanceof HTMLVideoElement) media.playsInline = true
    playQuietly(media)
  }
  media.src = url
  return media
}

/** Starts the media without sound, unless the user prefers reduced motion. */
function playQuietly(media: HTMLMediaElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  media.muted = true
  media.autoplay = true
}
