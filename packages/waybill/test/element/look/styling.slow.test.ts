/**
 * The recipes of docs/guide/styling.md, each in a real page, in light and in dark.
 *
 * Slow: Tailwind compiles a style sheet, and each recipe opens a page.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sharedChromium } from '@waybill/test-support/chromium'
import type { Browser, Page } from 'playwright'
import { compile } from 'tailwindcss'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { filesOf, openLivePage } from '../announcements/live-page.ts'

const PAGE = new URL('../../../../../docs/guide/styling.md', import.meta.url)

let browser: Browser
let guide: string
beforeAll(async () => {
  browser = await sharedChromium()
  guide = await readFile(PAGE, 'utf8')
})

/** @returns The style sheets of a section, in their order. */
function recipe(heading: string): readonly string[] {
  const [section = ''] = guide.split(`## ${heading}\n`).slice(1).join().split('\n## ')
  const blocks = [...section.matchAll(/```css\n([\s\S]*?)```/g)].map(([, css = '']) => css)
  if (blocks.length === 0) throw new Error(`${heading} has no style sheet`)
  return blocks
}

async function open(...css: readonly string[]): Promise<Page> {
  const { page, close } = await openLivePage(browser, 100_000_000)
  onTestFinished(close)
  for (const content of css) await page.addStyleTag({ content })
  return page
}

/** Colors as the browser paints them: red, green, blue. */
async function colorsOf(page: Page): Promise<Readonly<Record<string, readonly number[]>>> {
  return page.locator('waybill-upload').evaluate((element) => {
    const zone = element.shadowRoot?.querySelector('.zone')
    if (!zone) throw new Error('the element has no drop zone')
    const context = new OffscreenCanvas(1, 1).getContext('2d')
    const painted = (color: string) => {
      if (!context) throw new Error('this browser has no canvas')
      context.fillStyle = color
      context.fillRect(0, 0, 1, 1)
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
    }
    const { color, backgroundColor, borderTopColor } = getComputedStyle(zone)
    zone.classList.add('over')
    const accent = getComputedStyle(zone).borderTopColor
    zone.classList.remove('over')
    return {
      text: painted(color),
      surface: painted(backgroundColor),
      border: painted(borderTopColor),
      accent: painted(accent),
    }
  })
}

function setDark(page: Page, isDark: boolean): Promise<boolean> {
  return page.evaluate((dark) => document.documentElement.classList.toggle('dark', dark), isDark)
}

const LIGHT = { text: [20, 24, 29], surface: [255, 255, 255], border: [123, 135, 148] }
const DARK = { text: [236, 239, 242], surface: [23, 28, 33], border: [125, 136, 148] }

describe('the styling recipe', () => {
  it('for plain CSS colors moving and failed rows', async () => {
    const page = await open(...recipe('Plain CSS'))
    expect(await colorsOf(page)).toMatchObject({ ...LIGHT, accent: [109, 40, 217] })
    await page
      .locator('waybill-upload')
      .evaluate((element) => element.setAttribute('rule', 'photos'))
    await page.locator('input[type=file]').setInputFiles([...filesOf(1, 2_000_000)])
    const row = page.locator('.row.failed')
    await row.waitFor()
    const background = await row.evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(background).toBe('rgb(254, 242, 242)')
  })

  it('for dark mode follows the system setting', async () => {
    const [system = ''] = recipe('Dark mode')
    const page = await open(system)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colorsOf(page)).toMatchObject(DARK)
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await colorsOf(page)).toMatchObject(LIGHT)
  })

  it('for dark mode follows a class', async () => {
    const [, ofClass = ''] = recipe('Dark mode')
    const page = await open(ofClass)
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await colorsOf(page)).toMatchObject(LIGHT)
    await setDark(page, true)
    expect(await colorsOf(page)).toMatchObject(DARK)
  })

  it('for browsers without light-dark() sets the same colors', async () => {
    const [, , withoutFunction = ''] = recipe('Dark mode')
    const page = await open(withoutFunction)
    await setDark(page, true)
    expect(await colorsOf(page)).toMatchObject(DARK)
  })

  it("for Tailwind uses the theme's colors, in light and dark mode", async () => {
    const { build } = await compile(recipe('Tailwind CSS 4').join('\n'), {
      loadStylesheet: async (id, base) => {
        const path = fileURLToPath(import.meta.resolve(`${id}/index.css`))
        return { path, base, content: await readFile(path, 'utf8') }
      },
    })
    const page = await open(build(['[--waybill-accent:var(--color-rose-600)]']))
    expect(await colorsOf(page)).toEqual({
      text: [15, 23, 43],
      surface: [255, 255, 255],
      border: [98, 116, 142],
      accent: [79, 57, 246],
    })
    await setDark(page, true)
    expect(await colorsOf(page)).toEqual({
      text: [241, 245, 249],
      surface: [15, 23, 43],
      border: [144, 161, 185],
      accent: [124, 134, 255],
    })
    await page
      .locator('waybill-upload')
      .evaluate((element) => element.classList.add('[--waybill-accent:var(--color-rose-600)]'))
    expect(await colorsOf(page)).toMatchObject({ accent: [236, 0, 63] })
  })

  it('for shadcn/ui uses its variables, in light and dark mode', async () => {
    const page = await open(SHADCN, ...recipe('shadcn/ui'))
    expect(await colorsOf(page)).toEqual({
      text: [10, 10, 10],
      surface: [255, 255, 255],
      border: [115, 115, 115],
      accent: [23, 23, 23],
    })
    await setDark(page, true)
    expect(await colorsOf(page)).toEqual({
      text: [250, 250, 250],
      surface: [10, 10, 10],
      border: [161, 161, 161],
      accent: [229, 229, 229],
    })
  })

  it('for avatars makes them larger and their rings thinner', async () => {
    const page = await open(...recipe('Avatars'))
    const element = page.locator('waybill-upload')
    await element.evaluate((one) => one.setAttribute('shape', 'avatar'))
    const face = page.locator('.face')
    await face.waitFor()
    expect(await face.boundingBox()).toMatchObject({ width: 128, height: 128 })
    await page.route('**/api/uploads', () => {}) // never answers
    await page.locator('input[type=file]').setInputFiles([...filesOf(1, 1000)])
    const ring = page.locator('.ring').first()
    await ring.waitFor()
    expect(await ring.evaluate((svg) => getComputedStyle(svg).strokeWidth)).toBe('2.5px')
  })

  it('for icons colors the checkmark, and PDF files', async () => {
    const page = await open(...recipe('Icons'))
    const pdf = { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(1000) }
    await page.locator('input[type=file]').setInputFiles(pdf)
    const icon = page.locator('.thumb svg.pdf')
    await icon.waitFor()
    expect(await icon.evaluate((svg) => getComputedStyle(svg).color)).toBe('rgb(179, 38, 30)')
    const tick = page.locator('.row.done svg.done')
    await tick.waitFor()
    expect(await tick.evaluate((icon) => getComputedStyle(icon).color)).toBe('rgb(10, 107, 75)')
  })
})

/** @see https://ui.shadcn.com/docs/theming */
const SHADCN = `
:root {
  --radius: 0.625rem; --background: oklch(1 0 0); --foreground: oklch(0.145 0 0);
  --primary: oklch(0.205 0 0); --muted: oklch(0.97 0 0); --muted-foreground: oklch(0.556 0 0);
  --destructive: oklch(0.577 0.245 27.325); --border: oklch(0.922 0 0); --input: oklch(0.922 0 0);
  --ring: oklch(0.708 0 0);
}
.dark {
  --background: oklch(0.145 0 0); --foreground: oklch(0.985 0 0); --primary: oklch(0.922 0 0);
  --muted: oklch(0.269 0 0); --muted-foreground: oklch(0.708 0 0);
  --destructive: oklch(0.704 0.191 22.216); --border: oklch(1 0 0 / 10%);
  --input: oklch(1 0 0 / 15%); --ring: oklch(0.556 0 0);
}`
