/**
 * Compares a file's SHA-256 before it was sent with that of the bytes in the bucket.
 *
 * @module
 */

import { make } from '../elements.ts'
import { sha256Of } from './lies.ts'
import { hexOf } from './signed-waybill.ts'
import type { Subject } from './watch-grants.ts'

export interface SameBytesOptions {
  /** Keeps the last hash over a reload. @default the tab's storage */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
}

/** Larger files would fill the page's memory. */
const MAX_SIZE = 256 * 1024 ** 2
const KEY = 'waybill-demo-sha256'

/**
 * @param root - The empty element for the two hashes.
 * @returns A function that compares another file. Before the file is stored, it hashes only the file.
 */
export function createSameBytes(
  root: HTMLElement,
  { storage = sessionStorage, fetch = globalThis.fetch.bind(globalThis) }: SameBytesOptions = {},
): (subject: Subject) => Promise<void> {
  const title = make('p', { className: 'fine' }, 'Send a file to compare.')
  const [before, after] = [make('dd'), make('dd')]
  const verdict = make('p', { className: 'same', role: 'status' })
  const hashes = make(
    'dl',
    { className: 'hashes', hidden: true },
    make('div', {}, make('dt', {}, 'Before it was sent'), before),
    make('div', {}, make('dt', {}, 'Read back from the bucket'), after),
  )
  root.append(title, hashes, verdict)
  const known = new WeakMap<Blob, Promise<string>>()
  const hashOf = async ({ name, size, file, granted }: Subject): Promise<string | undefined> => {
    const id = `${name} ${size}`
    if (!file || size > MAX_SIZE) {
      const [of, hex] = (storage.getItem(KEY) ?? '').split('\n')
      return of === id ? hex : undefined
    }
    const hash = known.get(file) ?? Promise.resolve(granted?.waybill.sha256 ?? sha256Of(file))
    known.set(file, hash)
    const hex = hexOf(await hash)
    storage.setItem(KEY, `${id}\n${hex}`)
    return hex
  }
  let turn = 0
  return async (subject) => {
    turn += 1
    const mine = turn
    const { name, object } = subject
    title.textContent = name
    hashes.hidden = false
    before.textContent = 'Reading …'
    after.textContent = object ? 'Reading …' : 'It is not in the bucket.'
    verdict.textContent = ''
    const expected = await hashOf(subject).catch(() => undefined)
    if (mine !== turn) return
    hashes.hidden = expected === undefined
    before.textContent = expected ?? ''
    if (!object || !expected) return
    const found = await readHash(object.url, fetch).catch(() => undefined)
    if (mine !== turn) return
    after.textContent = found ?? 'It cannot be read.'
    if (!found) return
    verdict.textContent = found === expected ? 'The same bytes.' : 'These are other bytes.'
    verdict.dataset.same = String(found === expected)
  }
}

async function readHash(url: string, fetch: typeof globalThis.fetch): Promise<string | undefined> {
  // The player may have cached a response without CORS headers.
  const response = await fetch(url, { cache: 'no-store' })
  return response.ok ? hexOf(await sha256Of(await response.blob())) : undefined
}
