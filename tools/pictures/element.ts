/**
 * Photographs every state of `<waybill-upload>` in every variant.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { faceRules, TEXT_FACE } from './faces.ts'
import { PHOTOS } from './photos.ts'

export interface Variant {
  readonly name: string
  /** The element's width in CSS pixels. @default 600 */
  readonly width?: typeof NARROW | typeof PHONE
  readonly context?: BrowserContextOptions
  readonly lang?: string
  readonly density?: string
  readonly layout?: string
  /** The page's text size in percent. */
  readonly text?: number
  /** Whether the page uses the typefaces of the pictures rather than the system's. */
  readonly hasFaces?: boolean
}

const WIDE = 600
export const NARROW = 320
export const PHONE = 390
const SYSTEM_FACE = 'system-ui, sans-serif'
/** The number of columns on the page with all states, by the element's width. */
const COLUMNS = { [WIDE]: 3, [PHONE]: 4, [NARROW]: 5 }

export const VARIANTS: readonly Variant[] = [
  { name: 'light' },
  { name: 'dark', context: { colorScheme: 'dark' } },
  { name: 'compact', density: 'compact' },
  { name: 'grid', layout: 'grid' },
  { name: 'grid-narrow', layout: 'grid', width: NARROW },
  { name: 'grid-phone', layout: 'grid', width: PHONE, context: { hasTouch: true, isMobile: true } },
  { name: 'grid-right-to-left', layout: 'grid', lang: 'ar', context: { colorScheme: 'dark' } },
  { name: 'grid-forced-colors', layout: 'grid', context: { forcedColors: 'active' } },
  { name: 'narrow', width: NARROW },
  { name: 'narrow-german', width: NARROW, lang: 'de' },
  { name: 'touch', width: NARROW, context: { hasTouch: true, isMobile: true } },
  { name: 'right-to-left', lang: 'ar' },
  { name: 'right-to-left-narrow', width: NARROW, lang: 'ar' },
  { name: 'large-text', text: 200 },
  { name: 'large-text-narrow', width: NARROW, text: 200 },
  { name: 'forced-colors', context: { forcedColors: 'active' } },
  { name: 'forced-colors-dark', context: { forcedColors: 'active', colorScheme: 'dark' } },
]

let bundle: string | undefined

async function script(): Promise<string> {
  if (bundle !== undefined) return bundle
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('element-page.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  })
  bundle = outputFiles[0]?.text ?? ''
  return bundle
}

/** Opens a page that shows the states with these names. Without names, it shows all states. */
export async function openStates(
  browser: Browser,
  variant: Variant,
  names?: readonly string[],
): Promise<{ readonly page: Page; readonly shown: readonly string[] }> {
  const { context: options, lang = 'en', density, layout, text = 100, width = WIDE } = variant
  const [faces, family] = variant.hasFaces ? [await faceRules(), TEXT_FACE] : ['', SYSTEM_FACE]
  const columns = names ? 1 : COLUMNS[width]
  const viewport = { width: width * columns, height: 640 }
  // Without animations, because a picture or a measurement could be taken in the middle of one.
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const dir = lang === 'ar' ? 'rtl' : 'ltr'
  await page.setContent(`<!doctype html><html lang="${lang}" dir="${dir}"><title>States</title>
    <meta name="viewport" content="width=device-width">
    <style>
      ${faces}
      :root { color-scheme: light dark; font: ${text}% / 1.5 ${family}; background: light-dark(#eef0f2, #0f1317) }
      body, h1 { margin: 0 } h1 { font: inherit; color: light-dark(#14181d, #eceff2); text-align: center } main { columns: ${columns}; column-gap: 0 }
      section { break-inside: avoid; padding: 16px }
    </style><main><h1>States</h1></main>`)
  await page.addScriptTag({ content: await script() })
  const input = JSON.stringify([
    { photos: PHOTOS, lang, density, layout },
    ...(names ? [names] : []),
  ])
  const shown = await page.evaluate<readonly string[]>(`show(...${input})`)
  return { page, shown }
}

export async function photographElement(
  browser: Browser,
  into: string,
): Promise<readonly string[]> {
  const written: string[] = []
  for (const variant of VARIANTS) {
    const { page } = await openStates(browser, { ...variant, hasFaces: true })
    const path = `${into}/element-${variant.name}.png`
    // Don't use `fullPage`: it would keep the page from detecting a touch screen.
    const { width, height } = await page.locator('main').evaluate((main) => ({
      width: innerWidth,
      height: main.scrollHeight,
    }))
    await page.setViewportSize({ width, height })
    await page.screenshot({ path })
    written.push(path)
    await page.context().close()
  }
  return written
}
