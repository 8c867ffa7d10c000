/**
 * Compares two pictures as somebody would from across the room: text may be drawn a little
 * differently, but a missing style, color or row is noticed.
 *
 * @module
 */

import type { Browser } from 'playwright'

/** The side of the squares whose average color is compared, in pixels of the picture. */
const SQUARE = 16
/** Of 255. Squares whose averages differ by more look different. */
const VISIBLE = 12

export interface Difference {
  /** How much the height differs, as a fraction of the first picture's. Widths must be equal. */
  readonly height: number
  /** The fraction of squares that look different, where both pictures have one. */
  readonly squares: number
}

export async function differenceOf(
  browser: Browser,
  first: Buffer,
  second: Buffer,
): Promise<Difference> {
  const page = await browser.newPage()
  try {
    const pictures = [first, second].map((bytes) => bytes.toString('base64'))
    return await page.evaluate(compare, { pictures, square: SQUARE, visible: VISIBLE })
  } finally {
    await page.close()
  }
}

interface Compared {
  readonly pictures: readonly string[]
  readonly square: number
  readonly visible: number
}

/** Runs in the browser. */
async function compare({ pictures, square, visible }: Compared): Promise<Difference> {
  const read = async (base64: string) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const { width, height } = image
    const context = new OffscreenCanvas(width, height).getContext('2d')
    if (!context) throw new Error('this browser has no canvas')
    context.drawImage(image, 0, 0)
    return { width, height, bytes: context.getImageData(0, 0, width, height).data }
  }
  type Picture = Awaited<ReturnType<typeof read>>
  /** The average red, green and blue of a square. */
  const averageOf = ({ width, height, bytes }: Picture, left: number, top: number) => {
    const sums = [0, 0, 0]
    let count = 0
    for (let y = top; y < Math.min(height, top + square); y++) {
      for (let x = left; x < Math.min(width, left + square); x++) {
        for (const at of [0, 1, 2])
          sums[at] = (sums[at] ?? 0) + (bytes[4 * (y * width + x) + at] ?? 0)
        count++
      }
    }
    return sums.map((sum) => sum / count)
  }
  const [first, second] = await Promise.all(pictures.map(read))
  if (!first || !second) throw new Error('two pictures are needed')
  if (first.width !== second.width) return { height: 1, squares: 1 }
  let [all, different] = [0, 0]
  for (let top = 0; top < Math.min(first.height, second.height); top += square) {
    for (let left = 0; left < first.width; left += square) {
      const before = averageOf(first, left, top)
      const after = averageOf(second, left, top)
      all++
      if (before.some((value, at) => Math.abs(value - (after[at] ?? 0)) > visible)) different++
    }
  }
  return {
    height: Math.abs(first.height - second.height) / first.height,
    squares: different / all,
  }
}
