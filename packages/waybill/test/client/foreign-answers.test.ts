/**
 * A captive portal, a proxy or a gateway that responds in place of the storage or the signer. The
 * client asks again: no upload fails, no part is lost.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'

const MIB = 1024 ** 2
const TWO_PARTS = 5 * MIB + 1

const PAGES: Readonly<Record<string, () => Response>> = {
  'a page': () => new Response('<!doctype html>', { headers: { etag: '"p"' } }),
  nothing: () => new Response(),
  'nothing, with 204': () => new Response(null, { status: 204 }),
  JSON: () => Response.json({ login: true }),
  'JSON that is not an object': () => Response.json(['login']),
  'truncated JSON': () => new Response('{"uploads":[{"way'),
  'random bytes': () => new Response(new Uint8Array([0, 255, 60, 254])),
}

const STORAGE = /^(?:PostObject|PutObject|UploadPart)$/

function operationOf(url: URL, method = 'GET'): string {
  const call = /\/api\/uploads(\/\w+)?$/.exec(url.pathname)
  if (call) return call[1] ?? '/'
  if (url.searchParams.has('partNumber')) return 'UploadPart'
  return method === 'POST' ? 'PostObject' : 'PutObject'
}

/** Answers the first call of an operation, or all of them, in place of whoever is asked. */
function spoiled(operation: string, page: () => Response, most = 1) {
  let count = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const isSpoiled =
      operationOf(new URL(String(input)), init?.method) === operation && ++count <= most
    return isSpoiled ? page() : globalThis.fetch(input, init)
  }
  return { fetch, count: () => count }
}

/** An operation, the size of a file that needs it, and the signer that asks for it. */
const OPERATIONS = [
  ['PostObject', 1000, {}],
  ['PutObject', 1000, { singleRequest: 'put' }],
  ['UploadPart', TWO_PARTS, {}],
  ['/', TWO_PARTS, {}],
  ['/complete', TWO_PARTS, {}],
] as const
const SIGNER = { partSize: 5 * MIB, multipartThreshold: 5 * MIB }

/** All pages at the same time: the client mostly waits before it tries again. */
function withEachPage(
  size: number,
  check: (page: () => Response, file: File) => Promise<void>,
): Promise<unknown> {
  return Promise.all(
    Object.entries(PAGES).map(([what, page]) =>
      check(page, seededFile(what, size, 1)).catch((cause: unknown) => {
        throw new Error(`with ${what}`, { cause })
      }),
    ),
  )
}

describe.each(OPERATIONS)("a response to %s that is not the server's", (operation, size, more) => {
  it('is not believed', async () => {
    const system = await startSystem({ signer: { ...SIGNER, ...more } })
    await withEachPage(size, async (page, file) => {
      const { fetch, count } = spoiled(operation, page)
      const { key } = await system.uploader('me', { fetch }).upload(file).done
      expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
      expect(system.completed.filter((each) => each === key)).toHaveLength(1)
      expect(count()).toBeGreaterThan(1)
    })
  })

  it('fails the upload for now if it stays, and a retry succeeds', async () => {
    const system = await startSystem({ signer: { ...SIGNER, ...more } })
    await withEachPage(size, async (page, file) => {
      let most = 99
      const fetch: typeof globalThis.fetch = (...call) =>
        spoiled(operation, page, most).fetch(...call)
      const upload = system.uploader('me', { fetch, retryForMs: 0 }).upload(file)
      const failure = await failureOf(upload)
      // An empty response to a form may be that of a store that sends no ETag: then nothing is found.
      const codes = STORAGE.test(operation)
        ? ['NETWORK_FAILED', 'OBJECT_NOT_FOUND']
        : ['SIGNER_UNAVAILABLE']
      expect(codes).toContain(failure instanceof UploadError ? failure.code : failure)
      most = 0
      upload.retry()
      const { key } = await upload.done
      expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    })
  })
})
