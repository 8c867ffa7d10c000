/**
 * What large files and unknown types need is a chunk of its own, loaded from the page's server.
 * Here that server does not give it at first.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { withheldChunk } from './withheld-chunk.ts'

const chunk = withheldChunk('upload/content-types.ts', { typeOfName: () => 'image/png' })

describe('a chunk of the client', () => {
  it('is asked for again, as a request is', async () => {
    chunk.refusals = 3
    const { uploaderBy } = await import('./upload/scripted-storage.ts')
    const { uploader, described } = uploaderBy({})
    await uploader.upload(new File(['abc'], 'a.png')).done
    expect([described[0]?.type, chunk.loads]).toEqual(['image/png', 4])
  })

  it('that is not given fails the upload, and says what was missing', async () => {
    chunk.refusals = 100
    const { createEngine } = await import('../../src/client/uploader-options.ts')
    const { loadContentTypes } = await import('../../src/client/load-chunks.ts')
    const options = {
      endpoint: 'https://signer.invalid',
      resumeStore: false,
      retryForMs: 0,
    } as const
    const { signal } = new AbortController()
    await expect(loadContentTypes(createEngine(options), { signal })).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: 'code of the client could not be loaded',
      cause: expect.any(Error),
    })
  })
})
