/**
 * The built site on this machine, whose pages note what goes wrong in them.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const SITE = join(import.meta.dirname, '../../tools/site/dist/site')
const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'))

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Refuses any other host. The generator has scripts and styles inside its pages. */
const POLICY = "default-src 'self' data: 'unsafe-inline'; form-action 'none'"

const NOTE_PROBLEMS = `<script>
  window.problems = []
  const note = (...what) => window.problems.push(what.map(String).join(' '))
  console.error = console.warn = note
  addEventListener('error', (event) => note(event.message ?? 'not loaded: ' + event.target.src), true)
  addEventListener('unhandledrejection', ({ reason }) => note(reason))
  document.addEventListener('securitypolicyviolation', (event) => note('refused', event.blockedURI))
</script>`

/** A page in a frame, so that every engine shows it in any width, and without its scripts. */
function frame(query: URLSearchParams): string {
  const sandbox = query.has('noscript') ? 'sandbox="allow-same-origin"' : ''
  return `<!doctype html><title>frame</title>
    <script>localStorage.setItem('vitepress-theme-appearance', '${query.get('scheme')}')</script>
    <iframe ${sandbox} title="page" width="${query.get('width')}" height="800" src="${query.get('path')}" style="border: 0"></iframe>`
}

export async function serveSite(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://site')
    response.setHeader('content-security-policy', POLICY)
    const send = (type: string, body: string | Uint8Array) => {
      response.setHeader('content-type', type)
      response.end(body)
    }
    if (pathname === '/-frame') return send('text/html', frame(searchParams))
    if (pathname === '/-axe.js') return send('text/javascript', readFileSync(AXE))
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    const file = [path, `${path}.html`]
      .map((each) => join(SITE, each))
      .find((each) => extname(each) && existsSync(each))
    if (!file) response.statusCode = 404
    const found = file ?? join(SITE, '404.html')
    const bytes = readFileSync(found)
    const type = TYPES[extname(found)] ?? 'application/octet-stream'
    if (!type.startsWith('text/html')) return send(type, bytes)
    send(type, bytes.toString().replace('<head>', `<head>${NOTE_PROBLEMS}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
