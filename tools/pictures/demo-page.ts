/**
 * The picture of `waybill dev`'s page: files are in the bucket, and S3 has just refused a lie.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createTerminal } from '@waybill/command-line/terminal'
import type { Browser, Page } from 'playwright'
import { DEV_RULES } from '../../packages/waybill-cli/src/dev/dev-rules.ts'
import { type DevServer, startDevServer } from '../../packages/waybill-cli/src/dev/dev-server.ts'
import { builtPackages } from '../build/built-packages.ts'
import { faceRules, TEXT_FACE } from './faces.ts'
import { readPhoto } from './photos.ts'

export const DEMO_PICTURES = [
  { file: 'demo-light.png', colorScheme: 'light' },
  { file: 'demo-dark.png', colorScheme: 'dark' },
] as const

/** Sent one after another, so that the bucket lists them in this order. */
const FILES = [
  { name: 'Quarterly report.pdf', mimeType: 'application/pdf', buffer: pdfOf(1_840_000) },
  { name: 'IMG_4021.jpg', mimeType: 'image/jpeg', buffer: readPhoto('coffee') },
  { name: 'Summer Palace.jpg', mimeType: 'image/jpeg', buffer: readPhoto('palace') },
]

const SIZE = { width: 1280, height: 900 }

export async function photographDemo(
  browser: Browser,
  { colorScheme }: (typeof DEMO_PICTURES)[number],
): Promise<Buffer> {
  await builtPackages()
  const home = await mkdtemp(join(tmpdir(), 'waybill-pictures-'))
  const context = await browser.newContext({
    colorScheme,
    viewport: SIZE,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
    // For the typefaces: the page allows no other styles than its own.
    bypassCSP: true,
  })
  const server = await startDev(home)
  try {
    const page = await context.newPage()
    await page.goto(server.url)
    await page.addStyleTag({
      content: `${await faceRules()} :root { font-family: ${TEXT_FACE} }`,
    })
    await sendFiles(page)
    await lie(page)
    await page.locator('#screen img').evaluate((photo: HTMLImageElement) => photo.decode())
    await page.evaluate('document.fonts.ready')
    return await page.screenshot({ clip: await untilLies(page) })
  } finally {
    await context.close()
    await server.close()
    await rm(home, { recursive: true, force: true })
  }
}

function startDev(home: string): Promise<DevServer> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  return startDevServer({
    port: 0,
    s3Port: 0,
    home,
    secret: 'a secret of the pictures, long enough to seal',
    rules: DEV_RULES,
    terminal: createTerminal(nowhere, nowhere),
    nullOrigin: false,
  })
}

async function sendFiles(page: Page): Promise<void> {
  for (const file of FILES) {
    await page.locator('waybill-upload:visible input[type=file]').setInputFiles(file)
    await page.locator('#label .file').getByText(file.name).waitFor()
    await page.locator('#label .stamp').getByText('STORED').waitFor()
    await page.getByText('Being checked').waitFor({ state: 'detached' })
  }
}

async function lie(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send to S3' }).click()
  await page.locator('#label .stamp').getByText('REFUSED').waitFor()
}

/** What fits into a window: the page's upper part, which ends with the lies. */
async function untilLies(page: Page) {
  const bottom = await page
    .locator('.lies')
    .evaluate((lies) => lies.getBoundingClientRect().bottom + 16)
  return { x: 0, y: 0, width: SIZE.width, height: Math.round(bottom) }
}

/** A file that begins as PDF files do. */
function pdfOf(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.write('%PDF-1.7\n')
  return bytes
}
