import type { StoredObject } from '../packages/waybill-cli/src/dev/stored-objects.ts'

const KINDS = [
  ['video', /\.(?:mp4|m4v|mov|webm|mkv|ogv)$/i],
  ['audio', /\.(?:mp3|m4a|aac|wav|flac|oga|ogg|opus)$/i],
  ['img', /\.(?:png|jpe?g|gif|webp|avif|bmp)$/i],
] as const

/** Returns `undefined` if the page cannot show the object. */
export function mediaKind(name: string): 'video' | 'audio' | 'img' | undefined {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0]
}

/**
 * @param onFailure - Called if the browser cannot show the object, because it lacks the codec or
 *   the object no longer exists.
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

/** Starts playing without sound, unless the user prefers reduced motion. */
function playQuietly(media: HTMLMediaElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  media.muted = true
  media.autoplay = true
}
