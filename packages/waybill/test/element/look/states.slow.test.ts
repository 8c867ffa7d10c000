/**
 * What every visitor needs of the element, in each of its states: to read it, to hit it with a
 * finger, to see it on a narrow screen and in large letters, and to see nothing jump.
 *
 * Slow: axe and measures, over some twenty states in twelve looks.
 * `packages/waybill/test/element/upload.browser.test.ts` draws the rows.
 *
 * @module
 */

import { sharedChromium } from '@waybill/test-support/chromium'
import { violations } from '@waybill/test-support/demo-browser'
import type { Browser, Page } from 'playwright'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openStates, VARIANTS } from '../../../../../tools/pictures/element.ts'

let browser: Browser
beforeAll(async () => {
  browser = await sharedChromium()
})

type VariantName = (typeof VARIANTS)[number]['name']

async function open(name: VariantName): Promise<Page> {
  const variant = VARIANTS.find((one) => one.name === name)
  if (!variant) throw new Error(`there is no variant ${name}`)
  const { page } = await openStates(browser, variant)
  onTestFinished(() => page.context().close())
  return page
}

/** Runs a function over all elements of a selector, inside of every state. */
function ofAll<T>(page: Page, selector: string, read: (element: Element) => T): Promise<T[]> {
  return page.evaluate<T[]>(`[...document.querySelectorAll('section')]
    .flatMap(({ shadowRoot }) => [...shadowRoot.querySelectorAll(${JSON.stringify(selector)})])
    .map(${read})`)
}

const names = VARIANTS.map(({ name }) => name)

describe("the element's view", () => {
  it.each(names)('is accessible in every state, %s', async (name) => {
    expect(await violations(await open(name))).toEqual([])
  })

  it.each(names.filter((name) => /narrow|touch|phone|large/.test(name)))(
    'keeps all text within its edges, %s',
    async (name) => {
      const page = await open(name)
      const spills = await ofAll(
        page,
        'button, .words, .amount, .left, .percent, .counted, .tail',
        (element) => {
          const edge = element.closest('.list, .total, .root')?.getBoundingClientRect()
          const box = element.getBoundingClientRect()
          const line = element.closest('.line')
          const isHidden = box.width === 0 || (line && getComputedStyle(line).clipPath !== 'none')
          const isOut =
            edge && !isHidden && (box.left < edge.left - 0.5 || box.right > edge.right + 0.5)
          return isOut ? element.textContent : ''
        },
      )
      expect(spills.filter(Boolean)).toEqual([])
    },
  )

  it.each([
    ...(['light', 'compact', 'right-to-left', 'narrow', 'narrow-german', 'touch'] as const),
    'right-to-left-narrow',
  ] as const)('has rows of equal height, whatever their text, %s', async (name) => {
    const heights = await ofAll(
      await open(name),
      '.row:not(.interrupted)',
      (row) => row.getBoundingClientRect().height,
    )
    expect(heights.length).toBeGreaterThan(15)
    expect(new Set(heights).size).toBe(1)
  })

  it.each(['grid', 'grid-narrow', 'grid-phone'] as const)(
    'has square tiles of equal size, whatever their text, %s',
    async (name) => {
      const sizes = await ofAll(await open(name), '.tile', (tile) => {
        const { width, height } = tile.getBoundingClientRect()
        return [Math.round(width), Math.round(height)]
      })
      expect(sizes.length).toBeGreaterThan(15)
      expect(new Set(sizes.flat()).size).toBe(1)
    },
  )

  it.each(['touch', 'grid-phone'] as const)(
    'has buttons large enough for touch, %s',
    async (name) => {
      const sizes = await ofAll(await open(name), 'button', (button) => {
        const { width, height } = button.getBoundingClientRect()
        return Math.min(width, height)
      })
      expect(Math.min(...sizes.filter(Boolean))).toBeGreaterThanOrEqual(44)
    },
  )

  it('offers no drop zone if the device cannot drag', async () => {
    const prompts = async (name: VariantName) =>
      (await ofAll(await open(name), '.prompt', ({ textContent }) => textContent?.trim() ?? '')).at(
        0,
      )
    expect(await prompts('touch')).toBe('Choose a file')
    expect(await prompts('narrow')).toBe('Choose a file or drop it here')
  })

  it('has no motion for people who prefer less', async () => {
    const moving = await ofAll(
      await open('light'),
      '*',
      (element) => getComputedStyle(element).animationName,
    )
    expect(new Set(moving)).toEqual(new Set(['none']))
  })

  it('sets no style attribute, which a security policy may block', async () => {
    expect(await ofAll(await open('light'), '[style]', (element) => element.outerHTML)).toEqual([])
  })

  it.each(['light', 'dark', 'forced-colors'])(
    'has edges and bars with sufficient contrast, %s',
    async (name) => {
      const page = await open(name)
      const seen = page.locator('#empty .zone, #uploading progress, #stopped .paused progress')
      for (const part of await seen.all()) {
        expect(await contrastWithin(page, await part.screenshot())).toBeGreaterThan(3)
      }
    },
  )
})

/** @returns The contrast between the lightest and the darkest of the first row of points. */
async function contrastWithin(page: Page, picture: Buffer): Promise<number> {
  return page.evaluate(
    async (data) => {
      const image = await createImageBitmap(await (await fetch(data)).blob())
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')
      if (!context) throw new Error('this browser has no canvas')
      context.drawImage(image, 0, 0)
      const linear = (byte = 0) =>
        byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4
      const shades: number[] = []
      for (const y of [1, Math.floor(image.height / 2)]) {
        const { data: bytes } = context.getImageData(0, y, image.width, 1)
        for (let at = 0; at < bytes.length; at += 4) {
          const [red, green, blue] = bytes.subarray(at, at + 3)
          shades.push(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
        }
      }
      return (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05)
    },
    `data:image/png;base64,${picture.toString('base64')}`,
  )
}
