/**
 * A thousand files at once: how few calls they need, and which goes first.
 *
 * Slow: a thousand uploads over HTTP.
 * `packages/waybill/test/client/signer-calls/calls-of-many.test.ts` has the calls,
 * `packages/waybill/test/client/send/connection-budget.test.ts` the order.
 *
 * @module
 */

import { lineOfBytes } from '@waybill/test-support/line-of-bytes'
import { seededFile } from '@waybill/test-support/seeded-file'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2

/**
 * No wait ends, so that nothing here depends on how fast the machine is: who waited for a wait
 * would wait for ever.
 */
function never(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

describe('many uploads at once', () => {
  it('makes at most 21 calls to the signer for 1,000 small files', async () => {
    // Nor does the signer give up a storage that a busy machine keeps from answering.
    const system = await startSystem({ signer: { effects: { later: () => () => undefined } } })
    const uploader = system.uploader('me', { effects: { wait: never } })
    const files = Array.from({ length: 1000 }, (_, index) =>
      seededFile(`${index}.bin`, 1000 + index, index),
    )
    const completed = await Promise.all(files.map((file) => uploader.upload(file).done))
    expect(new Set(completed.map(({ key }) => key)).size).toBe(1000)
    // 12 files are created first, then 100 at a time; a connection that broke is not counted.
    const calls = system.signerProxy.exchanges.map(({ status }) => status)
    expect(calls.filter((status) => status === 201)).toHaveLength(11)
    expect(calls.filter((status) => status === 200)).toHaveLength(10)
    const [first] = files
    if (first) expect(await sha256Stored(system, 'files/0.bin')).toBe(await sha256Given(first))
  })

  it('does not make a single file wait for others', async () => {
    const system = await startSystem()
    const uploader = system.uploader('me', { effects: { wait: never } })
    await uploader.upload(seededFile('a', MIB, 1)).done
    expect(system.completed).toEqual(['files/a'])
  })

  it('lets small files overtake a large one, which continues anyway', async () => {
    const system = await startSystem({ signer: { partSize: 5 * MIB } })
    const uploader = system.uploader('me', { connections: 1 })
    const large = uploader.upload(seededFile('large', 60 * MIB, 2))
    await system.storageProxy.until(() =>
      system.storageProxy.exchanges.some(({ request }) => request.operation === 'UploadPart'),
    )
    const small = Array.from({ length: 24 }, (_, index) =>
      uploader.upload(seededFile(`small-${index}`, 1000, index)),
    )
    await Promise.all(small.map(({ done }) => done))
    expect(large.state).toBe('uploading')
    await large.done
    const order = system.storageProxy.exchanges.map(({ request }) => request.operation)
    const whileSmall = order.slice(order.indexOf('PostObject'), order.lastIndexOf('PostObject'))
    // One connection in four goes by age, and nobody is older than the parts.
    expect(whileSmall).toContain('UploadPart')
  })

  it('opens all connections if the first ones are slow', async () => {
    const system = await startSystem({
      signer: { partSize: 5 * MIB },
      // None ends before the last begins.
      storagePlan: ({ operation }) =>
        operation === 'UploadPart' ? { kind: 'stall-response' } : undefined,
    })
    // Each connection carries little, so that six are worth it.
    const slow = { stallMs: 600_000, ...lineOfBytes((connections) => 800 * connections) }
    const upload = system.uploader('me', slow).upload(seededFile('large', 40 * MIB, 3))
    const underWay = () =>
      system.storageProxy.exchanges.filter(
        ({ request, ended }) => request.operation === 'UploadPart' && !ended,
      )
    await system.storageProxy.until(() => underWay().length === 6)
    upload.abort()
    expect(await failureOf(upload)).toMatchObject({ code: 'ABORTED' })
  })
})
