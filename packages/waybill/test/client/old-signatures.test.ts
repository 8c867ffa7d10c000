import { seededFile } from '@waybill/test-support/seeded-file'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { nextEvent } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { ObservedRequest } from '../../../strict-s3/src/faults/fault.ts'

const MIB = 1024 ** 2

/** One clock for S3, signer and client, which the test moves. */
function sharedClock(): { now: () => Date; pass: (seconds: number) => void } {
  let at = Date.parse('2026-03-01T12:00:00Z')
  return {
    now: () => new Date(at),
    pass: (seconds) => {
      at += seconds * 1000
    },
  }
}

/** Time passes with each of the requests that match. */
function slowStorage(url: RegExp, pass: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (url.test(String(input)) && !String(input).includes('/api/')) pass()
    return response
  }
}

describe('signatures that expire after five seconds', () => {
  it('are renewed before they expire if each part takes eight seconds', async () => {
    const { now, pass } = sharedClock()
    const system = await startSystem({ now, expiresInSeconds: 5, signer: { partSize: 5 * MIB } })
    const fetch = slowStorage(/partNumber=/, () => pass(8))
    const file = seededFile('a', 17 * MIB, 1)
    const upload = system.uploader('me', { effects: { now }, fetch, connections: 1 }).upload(file)
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    const statuses = system.storageProxy.exchanges
      .filter(({ request }) => request.operation === 'UploadPart')
      .map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 200, 200])
  })

  it("are renewed if S3 rejects them, even if the client's clock sees no reason", async () => {
    const { now, pass } = sharedClock()
    const system = await startSystem({ now, expiresInSeconds: 5, signer: { partSize: 5 * MIB } })
    const isFirst = ({ operation, partNumber }: ObservedRequest) =>
      operation === 'UploadPart' && partNumber === 2
    let passed = false
    system.storageProxy.usePlan((request) => {
      if (isFirst(request) && !passed) pass(60)
      passed ||= isFirst(request)
      return undefined
    })
    const stopped = () => new Date(0)
    const file = seededFile('a', 17 * MIB, 2)
    const upload = system.uploader('me', { effects: { now: stopped }, connections: 1 }).upload(file)
    const { error } = await nextEvent(upload, 'retry')
    expect(error.code).toBe('CLOCK_SKEWED')
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  })

  it('are renewed for a form that waited for its turn', async () => {
    const { now, pass } = sharedClock()
    const system = await startSystem({ now, expiresInSeconds: 5 })
    const fetch = slowStorage(/uploads$/, () => pass(4))
    const uploader = system.uploader('me', { effects: { now }, fetch, connections: 1 })
    const files = ['a', 'b', 'c', 'd'].map((name) => seededFile(name, 1000, name.length))
    await Promise.all(files.map((file) => uploader.upload(file).done))
    expect(system.storageProxy.exchanges.filter(({ status = 0 }) => status >= 400)).toEqual([])
    expect(system.completed.sort()).toEqual(['files/a', 'files/b', 'files/c', 'files/d'])
  })

  it('still work on a client whose clock is a day off', async () => {
    const system = await startSystem({ signer: { partSize: 5 * MIB } })
    const file = seededFile('a', 17 * MIB, 3)
    const tomorrow = () => new Date(Date.now() + 24 * 3600 * 1000)
    await system.uploader('me', { effects: { now: tomorrow } }).upload(file).done
    const paths = system.signerProxy.exchanges.map(({ request }) => request.path)
    expect(paths).toEqual(['/api/uploads', '/api/uploads/complete'])
  })
})

describe("a signer's restart", () => {
  it('goes unnoticed', async () => {
    const system = await startSystem({ signer: { partSize: 5 * MIB }, expiresInSeconds: 5 })
    const file = seededFile('a', 25 * MIB, 4)
    const upload = system.uploader('me', { connections: 1 }).upload(file)
    await nextEvent(upload, 'state', ({ state }) => state === 'uploading')
    await system.restartSigner()
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  })
})
