/**
 * IndexedDB as some browsers have it: it never answers, is denied, or throws when it is looked at.
 * Uploads in parts go on without it. The frame of this file is its own, so the global may be
 * replaced in it.
 *
 * @module
 */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { createUploader } from 'waybill/client'

const PART_SIZE = 5 * 1024 ** 2
const FILE = new File([new Uint8Array(PART_SIZE + 1)], 'a.bin')

const platforms = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB')

afterEach(() => {
  if (platforms) Object.defineProperty(globalThis, 'indexedDB', platforms)
})

function replaceIndexedDb(get: () => unknown): void {
  Object.defineProperty(globalThis, 'indexedDB', { configurable: true, get })
}

/** Signer and storage that take everything; time passes at once, but for uploads' own pauses. */
function uploader() {
  const parts = {
    from: 1,
    count: 2,
    url: 'https://storage.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: 'A'.repeat(86),
    headers: {},
    expiration: '2099-01-01T00:00:00Z',
  }
  const common = { waybill: 'w', key: 'k', expiration: parts.expiration }
  const grant = { ...common, strategy: 'multipart', uploadId: 'u', partSize: PART_SIZE, parts }
  const bounds: number[] = []
  const upload = createUploader({
    endpoint: `https://${crypto.randomUUID()}.example`,
    XMLHttpRequest: false,
    fetch: async (input) => {
      const url = String(input)
      if (url.startsWith('https://storage.example')) return new Response(null, { status: 200 })
      if (!url.endsWith('/complete')) return Response.json({ uploads: [grant] }, { status: 201 })
      return Response.json({ key: 'k', size: FILE.size, etag: 'e', verifiedBy: 'size' })
    },
    effects: {
      wait: (ms, signal) => {
        if (ms === 2000) bounds.push(ms)
        return new Promise((resolve, reject) => {
          setTimeout(resolve, ms === 2000 ? 50 : ms)
          signal.addEventListener('abort', () => reject(signal.reason))
        })
      },
    },
  })
  return { upload, bounds }
}

describe.each([
  ['never answers', () => ({ open: () => ({}) }), true],
  [
    'is denied',
    () => ({
      open: () => {
        throw new DOMException('denied', 'SecurityError')
      },
    }),
    false,
  ],
  [
    'throws when it is looked at',
    () => {
      throw new DOMException('denied', 'SecurityError')
    },
    false,
  ],
])('an IndexedDB that %s', (_, get, isWaitedFor) => {
  it('prevents resuming, but not the upload', async () => {
    replaceIndexedDb(get)
    const { upload, bounds } = uploader()
    expect(await upload.upload(FILE).done).toMatchObject({ key: 'k' })
    if (isWaitedFor) expect(bounds).toContain(2000)
  })

  it('has nothing to forget, or reports that it cannot', async () => {
    replaceIndexedDb(get)
    const forgetting = uploader().upload.forgetAll()
    if (isWaitedFor) await expect(forgetting).rejects.toMatchObject({ code: 'INTERNAL_ERROR' })
    else await forgetting
  })

  it('has no interrupted uploads', async () => {
    replaceIndexedDb(get)
    expect(await uploader().upload.interrupted()).toEqual([])
  })
})

describe('a claim granted after its caller stopped waiting', () => {
  it('is released', async () => {
    const { locks } = navigator
    const request = locks.request.bind(locks)
    const asked: Promise<unknown>[] = []
    const late = Promise.withResolvers<void>()
    const slow = vi.spyOn(locks, 'request').mockImplementation((name, options, callback) => {
      const asking = late.promise.then(() => request(name, options, callback))
      asked.push(asking)
      return asking
    })
    expect(await uploader().upload.upload(FILE).done).toMatchObject({ key: 'k' })
    expect(asked).toHaveLength(1)
    late.resolve()
    // It ends when the lock is given back.
    await Promise.all(asked)
    slow.mockRestore()
    expect((await locks.query()).held).toEqual([])
  })
})
