import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { answered, type Store, sendTo, unreadableBeside } from './scripted-parts.ts'

/** Takes the bytes and does not say what it has received. */
const silent: Store = async (_, { body, onBytes }) => {
  onBytes?.(new Uint8Array(await body.arrayBuffer()))
  return answered({})
}

describe("a part's CRC", () => {
  it("needs no second read of the file if the request's bytes pass through the client", async () => {
    const { ended, parts } = sendTo(silent, { file: unreadableBeside() })
    await ended
    expect(parts.isComplete).toBe(true)
  })

  it('fails the upload if the file cannot be read a second time', async () => {
    const { ended } = sendTo(silent, { file: unreadableBeside(), showsBytes: false })
    await expect(ended).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('is retried if its code could not be loaded', async () => {
    // Another suite may have loaded what is to see the double.
    vi.resetModules()
    vi.doMock('../../../../src/client/hash/crc64.ts', { spy: true })
    onTestFinished(() => {
      vi.doUnmock('../../../../src/client/hash/crc64.ts')
      vi.resetModules()
    })
    const { UploadError } = await import('waybill')
    const { crc64Of } = await import('../../../../src/client/hash/crc64.ts')
    const parts = await import('./scripted-parts.ts')
    vi.mocked(crc64Of).mockRejectedValueOnce(new UploadError('NETWORK_FAILED', 'no code'))
    const { ended, sent, retries } = parts.sendTo(parts.honest, {
      showsBytes: false,
      connections: 1,
    })
    await ended
    expect(retries).toEqual(['NETWORK_FAILED'])
    expect(sent).toEqual([1, 1, 2, 3])
  })
})
