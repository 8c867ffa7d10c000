/**
 * Which objects a page can show, and with what.
 *
 * @module
 */

import type { StoredObject } from '../src/cli/dev/stored-objects.ts'

const KINDS = [
  ['video', /\.(?:mp4|m4v|mov|webm|mkv|ogv)$/i],
  ['audio', /\.(?:mp3|m4a|aac|wav|flac|oga|ogg|opus)$/i],
  ['img', /\.(?:png|jpe?g|gif|webp|avif|bmp)$/i],
] as const

/** @returns The element's name, or `undefined` for what the page can only hand out. */
export function mediaKind(name: string): 'video' | 'audio' | 'img' | undefined {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0]
}

/**
 * @param onFailure - Called when the browser cannot show it: a codec that it lacks, or the object is gone.
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

/** It starts by itself, but without a sound, and not where people have asked for less motion. */
function playQuietly(media: HTMLMediaElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  media.muted = true
  media.autoplay = true
}
