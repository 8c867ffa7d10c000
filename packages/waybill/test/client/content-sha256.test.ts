import { createHash } from 'node:crypto'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { contentSha256Headers } from 'waybill/client'

describe('contentSha256Headers', () => {
  it("contains the hash of each call's actual body, in addition to the application's headers", async () => {
    const system = await startSystem()
    const sent: [hash: string | null, body: string][] = []
    const watched: typeof globalThis.fetch = (input, init) => {
      const request = new Request(input, init)
      if (typeof init?.body === 'string') {
        sent.push([request.headers.get('x-amz-content-sha256'), init.body])
      }
      return fetch(request)
    }
    const uploader = system.uploader('me', {
      fetch: watched,
      headers: async (call) => ({ ...(await contentSha256Headers(call)), 'x-owner': 'me' }),
    })
    await uploader.upload(new File(['a'], 'größe.txt', { type: 'text/plain' })).done
    expect(sent).toHaveLength(2)
    for (const [hash, body] of sent) {
      expect(hash).toBe(createHash('sha256').update(body).digest('hex'))
    }
  })
})
