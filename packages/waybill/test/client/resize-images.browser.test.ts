import { describe, expect, it } from 'vitest'
import { resizeImages } from 'waybill/resize'

type Draw = (context: OffscreenCanvasRenderingContext2D) => void

/** A picture with noise, so that it does not shrink to nothing, and with a red top left quarter. */
async function picture(
  width: number,
  height: number,
  type: string,
  draw: Draw = (context) => {
    const image = context.createImageData(width, height)
    for (const [at] of image.data.entries()) image.data[at] = (at * 2_654_435_761) >>> 24
    for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255
    context.putImageData(image, 0, 0)
    context.fillStyle = '#f00'
    context.fillRect(0, 0, width / 2, height / 2)
  },
): Promise<File> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context) draw(context)
  const blob = await canvas.convertToBlob({ type, quality: 1 })
  return new File([blob], `far.away.${type.slice(6)}`, { type: blob.type, lastModified: 1e12 })
}

/** The same JPEG, as a camera writes it that is held upright: to be turned clockwise, with Exif. */
async function turned(jpeg: File): Promise<File> {
  const exif =
    '457869660000' + '4d4d002a00000008' + '0001' + '011200030000000100060000' + '00000000'
  const length = (exif.length / 2 + 2).toString(16).padStart(4, '0')
  return withBytes(jpeg, 2, `ffe1${length}${exif}`)
}

async function withBytes(file: File, at: number, hex: string): Promise<File> {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return new File([file.slice(0, at), bytes, file.slice(at)], file.name, file)
}

async function sizeOf(file: Blob): Promise<readonly number[]> {
  const { width, height } = await createImageBitmap(file)
  return [width, height]
}

/** The color at a place, from 0 to 1 each way. */
async function colorAt(file: Blob, x: number, y: number): Promise<readonly number[]> {
  const bitmap = await createImageBitmap(file)
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  context?.drawImage(bitmap, 0, 0)
  const data = context?.getImageData(bitmap.width * x, bitmap.height * y, 1, 1).data ?? []
  return [...data].slice(0, 3).map((value) => Math.round(value / 64))
}

describe('resizeImages', () => {
  it.each([
    ['image/jpeg', 400, 100, { maxWidth: 200 }, [200, 50]],
    ['image/png', 400, 100, { maxWidth: 200, maxHeight: 20 }, [80, 20]],
    ['image/jpeg', 100, 400, { maxWidth: 200, maxHeight: 200 }, [50, 200]],
    ['image/jpeg', 4000, 1, { maxWidth: 100 }, [100, 1]],
    ['image/jpeg', 100, 100, { maxWidth: 200, quality: 0.2 }, [100, 100]],
  ])(
    'fits %s of %i × %i into %o and keeps its name',
    async (type, width, height, options, size) => {
      const file = await picture(width, height, type)
      const made = await resizeImages(options)(file)
      expect(made).toMatchObject({ name: file.name, type, lastModified: 1e12 })
      expect(await sizeOf(made)).toEqual(size)
      expect(made.size).toBeLessThan(file.size)
    },
  )

  it('obeys maxWidth even if the file grows', async () => {
    const small = await resizeImages({ quality: 0 })(await picture(400, 400, 'image/jpeg'))
    const made = await resizeImages({ maxWidth: 300, quality: 1 })(small)
    expect(await sizeOf(made)).toEqual([300, 300])
    expect(made.size).toBeGreaterThan(small.size)
  })

  it('turns a photo as its camera was held, and removes its metadata', async () => {
    const file = await turned(await picture(400, 200, 'image/jpeg'))
    const made = await resizeImages({ maxWidth: 50 })(file)
    expect(await sizeOf(made)).toEqual([50, 100])
    expect(await colorAt(made, 0.75, 0.25)).toEqual([4, 0, 0])
    expect(new TextDecoder('latin1').decode(await made.arrayBuffer())).not.toContain('Exif')
  })

  it('changes the type and the extension, with white for what is transparent', async () => {
    const file = await picture(40, 40, 'image/png', () => {})
    const made = await resizeImages({ type: 'image/jpeg' })(file)
    expect(made).toMatchObject({ name: 'far.away.jpg', type: 'image/jpeg' })
    expect(await colorAt(made, 0.5, 0.5)).toEqual([4, 4, 4])
  })

  it('makes a JPEG of a photo where the browser cannot encode WebP', async () => {
    const canWebp = (await picture(1, 1, 'image/webp')).type === 'image/webp'
    const made = await resizeImages({ type: 'image/webp' })(await picture(9, 9, 'image/jpeg'))
    expect(made.name).toBe(canWebp ? 'far.away.webp' : 'far.away.jpg')
  })

  it.each([
    ['a text', async () => new File(['a'], 'a.txt', { type: 'text/plain' })],
    ['an SVG', async () => new File(['<svg/>'], 'a.svg', { type: 'image/svg+xml' })],
    ['an animated GIF', async () => new File(['GIF89a'], 'a.gif', { type: 'image/gif' })],
    [
      'an animated PNG',
      async () =>
        withBytes(
          await picture(90, 90, 'image/png'),
          33,
          '000000086163544c0000000100000000ed8dd6e5',
        ),
    ],
    [
      'an animated WebP',
      async () => new File(['RIFF\0\0\0\0WEBPVP8X\n\0\0\0\x02'], 'a.webp', { type: 'image/webp' }),
    ],
    ['what cannot be decoded', async () => new File(['?'], 'a.heic', { type: 'image/heic' })],
    [
      'what fits, and would take more bytes',
      async () => resizeImages({ quality: 0 })(await picture(90, 90, 'image/jpeg')),
    ],
  ])('returns %s unchanged', async (_, make) => {
    const file = await make()
    expect(await resizeImages({ maxWidth: 90, quality: 1 })(file)).toBe(file)
  })

  it('stops when its signal fires', async () => {
    const controller = new AbortController()
    const made = resizeImages()(await picture(90, 90, 'image/png'), controller.signal)
    controller.abort()
    await expect(made).rejects.toThrow(controller.signal.reason)
  })

  it('throws for options out of range', () => {
    expect(() => resizeImages({ maxWidth: 0 })).toThrow('maxWidth is 0, expected 1 or more')
    expect(() => resizeImages({ quality: 85 })).toThrow('quality is 85')
  })
})
