/**
 * Compares a file's SHA-256 before it was sent with that of the bytes in the bucket.
 *
 * @module
 */

import { make } from '../elements.ts'
import { hexOf } from './signed-waybill.ts'

export interface SameBytes {
  /** Hashes a file that is about to be sent. */
  before(file: File): void
  /** Reads the stored object and hashes it. */
  after(stored: { readonly name: string; readonly size: number; readonly url: string }): void
}

export interface SameBytesOptions {
  /** Keeps the first hash over a reload. @default the tab's storage */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
}

/** Larger files would fill the page's memory. */
const MAX_SIZE = 256 * 1024 ** 2
const KEY = 'waybill-demo-sha256'
const UNKNOWN = '\u2013'

/** @param root - The empty element for the two hashes. */
export function createSameBytes(
  root: HTMLElement,
  { storage = sessionStorage, fetch = globalThis.fetch.bind(globalThis) }: SameBytesOptions = {},
): SameBytes {
  const name = make('p', { className: 'fine' }, 'Send a file to compare.')
  const [before, after] = [make('dd', {}, UNKNOWN), make('dd', {}, UNKNOWN)]
  const verdict = make('p', { className: 'same', role: 'status' })
  const hashes = make(
    'dl',
    { className: 'hashes', hidden: true },
    make('div', {}, make('dt', {}, 'Before it was sent'), before),
    make('div', {}, make('dt', {}, 'Read back from the bucket'), after),
  )
  root.append(name, hashes, verdict)
  let hashed: { readonly id: string; readonly hex: Promise<string> } | undefined
  const known = (id: string): Promise<string> | string | undefined => {
    if (hashed?.id === id) return hashed.hex
    const [of, hex] = (storage.getItem(KEY) ?? '').split('\n')
    return of === id ? hex : undefined
  }
  const begin = (file: string) => {
    hashes.hidden = false
    name.textContent = file
    after.textContent = UNKNOWN
    verdict.textContent = ''
  }
  return {
    before: (file) => {
      if (file.size > MAX_SIZE) return
      const id = `${file.name} ${file.size}`
      const hex = sha256Of(file)
      hashed = { id, hex }
      begin(file.name)
      before.textContent = 'Reading …'
      hex.then(
        (found) => {
          storage.setItem(KEY, `${id}\n${found}`)
          if (hashed?.hex === hex) before.textContent = found
        },
        () => {
          before.textContent = 'The file cannot be read.'
        },
      )
    },
    after: async ({ name: file, size, url }) => {
      const expected = await Promise.resolve(known(`${file} ${size}`)).catch(() => undefined)
      if (expected === undefined) return
      begin(file)
      before.textContent = expected
      after.textContent = 'Reading …'
      try {
        // The player may have cached a response without CORS headers.
        const response = await fetch(url, { cache: 'no-store' })
        if (!response.ok) throw new Error(`S3 answered ${response.status}`)
        const found = await sha256Of(await response.blob())
        after.textContent = found
        verdict.textContent = found === expected ? 'The same bytes.' : 'These are other bytes.'
        verdict.dataset.same = String(found === expected)
      } catch {
        after.textContent = 'The object cannot be read.'
      }
    },
  }
}

async function sha256Of(blob: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return hexOf(btoa(String.fromCharCode(...new Uint8Array(hash))))
}
