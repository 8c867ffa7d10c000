/**
 * Uploads the same files in Chromium with an application before and after its move to Waybill, and
 * compares the objects. The pages of the guide show how many lines each application has.
 *
 * Slow: it installs the other libraries from npm, and drives eight pages. What Waybill stores is
 * tested in `packages/waybill/test/client`.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sharedChromium } from '@waybill/test-support/chromium'
import { eventually } from '@waybill/test-support/eventually'
import { CREDENTIALS, headersStored, sha256Stored, storedKeys } from '@waybill/test-support/stored'
import { BUCKET, SECRET } from '@waybill/test-support/system'
import { build } from 'esbuild'
import { startStrictS3 } from 'strict-s3'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { npm } from '../../tools/npm.ts'

const HERE = import.meta.dirname
const HTML = '<!doctype html><meta charset="utf-8"><div id="uploads"></div>'
/** As Uppy needs it. Waybill needs PUT and POST, and no header but ETag. */
const CORS = {
  allowedOrigins: ['*'],
  allowedMethods: ['GET', 'PUT', 'POST', 'DELETE'],
  allowedHeaders: ['*'],
  exposeHeaders: ['ETag', 'Location'],
} as const
/** The larger one is sent in parts, where the application can do that. */
const FILES = [
  { name: 'Grüße + mehr.png', mimeType: 'image/png', buffer: Buffer.alloc(300_000, 'pixels') },
  { name: 'a film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(17 * 1024 ** 2, 'frames') },
]
const TYPES = FILES.map(({ mimeType }) => mimeType)

const UPPY = { page: 'from-uppy.md', choose: '.uppy-Dashboard-input >> nth=0', types: TYPES }
const MOVES: readonly Move[] = [
  { from: 'uppy-5', ...UPPY },
  { from: 'uppy-6', ...UPPY },
  {
    ...{ from: 'presigned-post', page: 'from-presigned-post.md', choose: 'input', send: 'button' },
    // Its form has no Content-Type.
    types: TYPES.map(() => 'binary/octet-stream'),
  },
  { from: 'better-upload', page: 'from-better-upload.md', choose: 'input', types: TYPES },
]
interface Move {
  readonly from: string
  readonly page: string
  /** The file input, and the button that sends. */
  readonly choose: string
  readonly send?: string
  readonly types: readonly string[]
}

interface Server {
  readonly uploads: (store: object) => RequestListener
}

/** Once. The root does not have these packages. */
beforeAll(() => {
  if (!existsSync(join(HERE, 'node_modules/.package-lock.json'))) {
    npm(['install', '--ignore-scripts', '--loglevel=error'], { cwd: HERE })
  }
})

describe.each(MOVES)('a move from $from', (move) => {
  it('stores the same bytes, and the type of each file', async () => {
    const expected = FILES.map(({ buffer }) => createHash('sha256').update(buffer).digest('hex'))
    const before = await uploadWith(move, 'before')
    const after = await uploadWith(move, 'after')
    expect(before).toEqual(expected.map((sha256, at) => ({ sha256, type: move.types[at] })))
    expect(after).toEqual(expected.map((sha256, at) => ({ sha256, type: TYPES[at] })))
  })

  it('takes as many lines as its page shows', () => {
    const page = readFileSync(join('docs/guide', move.page), 'utf8')
    const rows = page.split('\n').filter((line) => line.startsWith(`| \`${move.from}\`,`))
    const counted = ['page', 'server'].map((file) => {
      const lines = ['before', 'after'].map((when) => linesOf(move, when, file))
      return `| \`${move.from}\`, ${file} | ${lines.join(' | ')} |`
    })
    expect(rows).toEqual(counted)
  })
})

/** @returns What the bucket has after all files, in the order in which they were chosen. */
async function uploadWith({ from, choose, send }: Move, when: string) {
  vi.stubEnv('WAYBILL_SECRET', SECRET)
  onTestFinished(() => void vi.unstubAllEnvs())
  const s3 = await startStrictS3({ buckets: [{ name: BUCKET, cors: [CORS] }] })
  onTestFinished(() => s3.close())
  const { region, endpoint } = s3
  const { uploads }: Server = await import(sourceOf(from, when, 'server'))
  const store = { bucket: BUCKET, region, endpoint, credentials: CREDENTIALS }
  const page = await (await sharedChromium()).newPage()
  onTestFinished(() => page.close())
  const complaints: unknown[] = []
  page.on('pageerror', (error) => complaints.push(error))
  const url = await serve(await bundle(sourceOf(from, when, 'page')), uploads(store))
  const keys: string[] = []
  for (const file of FILES) {
    await page.goto(url) // Uppy's Dashboard hides its input after the first file.
    await page.locator(choose).setInputFiles(file)
    if (send) await page.locator(send).click()
    await eventually(() => storedKeys({ s3 })).toHaveLength(keys.length + 1)
    keys.push(...(await storedKeys({ s3 })).filter((key) => !keys.includes(key)))
  }
  expect(complaints).toEqual([])
  const objectOf = async (key: string) => ({
    sha256: await sha256Stored({ s3 }, key),
    type: (await headersStored({ s3 }, key))['content-type'],
  })
  return Promise.all(keys.map(objectOf))
}

async function serve(
  scripts: ReadonlyMap<string, string>,
  uploads: RequestListener,
): Promise<string> {
  const server = createServer((request, response) => {
    const { url = '' } = request
    if (url.startsWith('/api')) return uploads(request, response)
    const script = scripts.get(url)
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? `${HTML}<script type="module" src="/page.js"></script>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

async function bundle(page: string): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [page],
    ...{
      bundle: true,
      splitting: true,
      format: 'esm',
      jsx: 'automatic',
      outdir: '/',
      write: false,
    },
    conditions: ['@waybill/source'],
    // npm installs a second React for Better Upload.
    alias: Object.fromEntries(['react', 'react-dom'].map((name) => [name, resolve(name)])),
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return new Map(outputFiles.map(({ path, text }) => [path, text]))
}

function resolve(name: string): string {
  return join(HERE, '../../node_modules', name)
}

/** After a move, all have the same server. */
function sourceOf(from: string, when: string, file: string): string {
  if (file === 'server' && when === 'after') return join(HERE, 'waybill-server.js')
  const [path = ''] = globSync(join(HERE, from, when, `${file}.js*`))
  return path
}

/** Without blank lines and comments. */
function linesOf({ from }: Move, when: string, file: string): number {
  return (
    readFileSync(sourceOf(from, when, file), 'utf8').match(/^(?!\s*(?:\/\/|$)).+/gm)?.length ?? 0
  )
}
