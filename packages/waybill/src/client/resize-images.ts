/**
 * `waybill/resize`: makes photos smaller before they are sent, as a list's or an element's
 * `prepare`. A subpath of its own, so that other pages don't load it.
 *
 * @module
 */

/** Options for `resizeImages`. */
export interface ResizeImagesOptions {
  /** In pixels, as the picture is displayed. @default no limit */
  readonly maxWidth?: number
  /** In pixels, as the picture is displayed. @default no limit */
  readonly maxHeight?: number
  /**
   * The type of the result. Where the browser cannot encode it, as Safari cannot encode WebP, the
   * result is a PNG for PNG and WebP files, and otherwise a JPEG.
   * @default the file's type if it is JPEG, PNG or WebP, otherwise JPEG
   */
  readonly type?: 'image/jpeg' | 'image/png' | 'image/webp'
  /** From 0 to 1, for JPEG and WebP. @default 0.85 */
  readonly quality?: number
}

type ImageType = NonNullable<ResizeImagesOptions['type']>

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
}
/** An animated PNG says so before its pixels, which can come after a large color profile. */
const HEAD_BYTES = 262_144

/**
 * Returns a function for `prepare` that scales images down and re-encodes them, which removes their
 * metadata. It returns a file unchanged if it is no image, is an SVG, a GIF or animated, cannot be
 * decoded by the browser, or is small enough and would not take fewer bytes in the same type.
 *
 * @throws {RangeError} When an option is out of range.
 * @example
 * ```ts
 * import { resizeImages } from 'waybill/resize'
 *
 * const prepare = resizeImages({ maxWidth: 2048, maxHeight: 2048 })
 * ```
 */
export function resizeImages(
  options: ResizeImagesOptions = {},
): (file: File, signal?: AbortSignal) => Promise<File> {
  const { maxWidth = Infinity, maxHeight = Infinity, quality = 0.85 } = options
  for (const [name, side] of Object.entries({ maxWidth, maxHeight })) {
    if (!(side >= 1)) throw new RangeError(`${name} is ${side}, expected 1 or more`)
  }
  if (!(quality >= 0 && quality <= 1)) {
    throw new RangeError(`quality is ${quality}, expected a number from 0 to 1`)
  }
  return async (file, signal) => {
    if (!/^image\/(?!svg|gif)/.test(file.type) || (await isAnimated(file))) return file
    signal?.throwIfAborted()
    const bitmap = await decode(file)
    try {
      signal?.throwIfAborted()
      if (!bitmap) return file
      const { width, height } = bitmap
      const scale = Math.min(1, maxWidth / width, maxHeight / height)
      const type =
        options.type ?? (file.type in EXTENSIONS ? (file.type as ImageType) : 'image/jpeg')
      const fallback = /png|webp/.test(file.type) ? 'image/png' : 'image/jpeg'
      const canvas = new OffscreenCanvas(sideOf(width * scale), sideOf(height * scale))
      draw(canvas, bitmap, type)
      let blob = await canvas.convertToBlob({ type, quality })
      if (blob.type !== type) blob = await canvas.convertToBlob({ type: fallback, quality })
      signal?.throwIfAborted()
      if (scale === 1 && blob.type === file.type && blob.size >= file.size) return file
      return new File([blob], nameOf(file, blob.type), {
        type: blob.type,
        lastModified: file.lastModified,
      })
    } finally {
      bitmap?.close()
    }
  }
}

/**
 * Decodes a picture and turns it as the camera was held. Fails for formats that the browser does
 * not know, and for pictures that are too large for it.
 */
function decode(file: File): Promise<ImageBitmap | undefined> {
  return createImageBitmap(file)
    .catch(() => decodeInElement(file))
    .catch(() => undefined)
}

/** Firefox decodes a photo that it has to turn only in an element. */
async function decodeInElement(file: File): Promise<ImageBitmap> {
  const image = new Image()
  image.src = URL.createObjectURL(file)
  try {
    await image.decode()
    return await createImageBitmap(image)
  } finally {
    URL.revokeObjectURL(image.src)
  }
}

function sideOf(pixels: number): number {
  return Math.max(1, Math.round(pixels))
}

function draw(canvas: OffscreenCanvas, bitmap: ImageBitmap, type: ImageType): void {
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser cannot draw pictures')
  context.imageSmoothingQuality = 'high'
  // In a JPEG, transparent pixels would be black.
  if (type === 'image/jpeg') {
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
}

/** Decided by content: redrawn, an animation would be a still. */
async function isAnimated(file: File): Promise<boolean> {
  const bytes = await file.slice(0, HEAD_BYTES).arrayBuffer()
  const head = new TextDecoder('latin1').decode(bytes)
  if (head.startsWith('GIF8')) return true
  if (head.startsWith('PNG', 1)) return head.split('IDAT', 1)[0]?.includes('acTL') ?? false
  // The second lowest bit of the flags.
  if (/^RIFF.{4}WEBPVP8X/s.test(head)) return (head.charCodeAt(20) & 2) > 0
  return /^.{4}ftyp(?:avis|msf1|hevc|hevx)/s.test(head)
}

/** The extension follows the type. A file that keeps its type keeps its name. */
function nameOf({ name, type }: File, newType: string): string {
  if (type === newType) return name
  return `${name.replace(/\.[^.]*$/, '')}${EXTENSIONS[newType] ?? ''}`
}
