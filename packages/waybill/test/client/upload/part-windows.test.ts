import { seededFile } from '@waybill/test-support/seeded-file'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

const MIB = 1024 ** 2
const PART_SIZE = 5 * MIB
const PARTS = 230

interface Call {
  readonly path: string
  readonly from?: number
  /** Parts that had been sent when it came. */
  readonly afterParts: number
}

/**
 * A signer and a store of functions: S3 itself would have to hold more than a gigabyte for this.
 */
function scripted(): { fetch: typeof fetch; calls: Call[]; sent: number[] } {
  const calls: Call[] = []
  const sent: number[] = []
  const window = (from: number, count: number) => ({
    from,
    count: Math.min(count, PARTS - from + 1),
    url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: Buffer.alloc(32 * Math.min(count, PARTS - from + 1), from).toString('base64url'),
    headers: {},
    expiration: '2026-01-01T00:00:00Z',
  })
  const grant = {
    waybill: 'w',
    key: 'k',
    expiration: '2026-01-01T00:00:00Z',
    strategy: 'multipart',
    uploadId: 'u',
    partSize: PART_SIZE,
    parts: window(1, 100),
  }
  const answer = (path: string, body: { from: number; count: number }) => {
    calls.push({ path, afterParts: sent.length, ...(body.from ? { from: body.from } : {}) })
    if (path === '/parts') return window(body.from, body.count)
    if (path === '/complete') return { key: 'k', size: 1, etag: 'e', verifiedBy: 'size' }
    return { uploads: [grant] }
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    if (url.hostname === 'signer.example') {
      return Response.json(answer(url.pathname, JSON.parse(String(init?.body))))
    }
    const partNumber = Number(url.searchParams.get('partNumber'))
    // The signature's bytes are the number of its window's first part.
    const firstOfWindow = Number.parseInt(
      (url.searchParams.get('X-Amz-Signature') ?? '').slice(0, 2),
      16,
    )
    expect(firstOfWindow).toBe(Math.floor((partNumber - 1) / 100) * 100 + 1)
    if (init?.body instanceof ReadableStream) await init.body.cancel()
    sent.push(partNumber)
    return new Response('', { headers: { etag: '"e"' } })
  }
  return { fetch, calls, sent }
}

describe('windows of part URLs', () => {
  it('are asked for before they are needed, a hundred parts at a time', async () => {
    const { fetch, calls, sent } = scripted()
    const file = seededFile('large', PART_SIZE * PARTS, 1)
    await createUploader({ endpoint: 'https://signer.example/', fetch, resumeStore: false }).upload(
      file,
    ).done
    expect(sent.sort((a, b) => a - b)).toEqual(
      Array.from({ length: PARTS }, (_, index) => index + 1),
    )
    expect(calls.map(({ path }) => path)).toEqual(['/', '/parts', '/parts', '/complete'])
    const [, second, third] = calls
    expect([second?.from, third?.from]).toEqual([101, 201])
    expect(second?.afterParts).toBeLessThan(100)
    expect(third?.afterParts).toBeLessThan(200)
  })
})
