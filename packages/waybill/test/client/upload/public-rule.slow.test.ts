/**
 * A public rule begins ten uploads in parts for one call. Nobody who uploads more files notices.
 *
 * Slow: forty files in parts at once.
 * `packages/waybill/test/client/signer-calls/calls-of-many.test.ts` has the limit on one call,
 * `packages/waybill/test/signer/grant/uploads-in-call.test.ts` the signer's side.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { patient, type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { UploadRules } from 'waybill'
import type { UploadEvents } from 'waybill/client'

const MIB = 1024 ** 2
const RULE = {
  types: ['*/*'],
  maxSize: '1 GiB',
  public: true,
  key: ({ name }: { name: string }) => name,
} as const
const RULES: UploadRules = { any: RULE }

/** The larger ones are 800 MiB; the smaller ones meet the limit, as more of them are under way. */
const LARGE = process.env.WAYBILL_LONG
  ? { name: '20 MiB', size: 20 * MIB, multipartThreshold: 16 * MIB }
  : { name: '5 MiB and a byte', size: 5 * MIB + 1, multipartThreshold: 5 * MIB }

const createCalls = ({ signerProxy, endpoint }: System) =>
  signerProxy.exchanges.filter(({ request }) => request.path === new URL(endpoint).pathname).length

/** Paths of the uploads in parts that S3 was asked to begin. */
const begun = ({ storageProxy }: System) =>
  storageProxy.exchanges
    .filter(({ request }) => request.operation === 'CreateMultipartUpload')
    .map(({ request }) => request.path)

const filesOf = (count: number, size: number) =>
  Array.from({ length: count }, (_, index) => seededFile(`${index}.bin`, size, index))

/** Pauses before retries are short, and no other wait ends: a batch leaves when it is ready. */
const effects = {
  wait: (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms <= 250) return patient(ms / 100, signal)
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  },
}

describe('many multipart uploads under a public rule', () => {
  it('all arrive when one call requests all of them, ten per call', async () => {
    const system = await startSystem({ signer: { rules: RULES, multipartThreshold: 0 } })
    const uploader = system.uploader('', { effects })
    const retries: UploadEvents['retry'][] = []
    const uploads = filesOf(100, 1000).map((file) => uploader.upload(file))
    for (const upload of uploads) upload.on('retry', (retry) => retries.push(retry))
    const completed = await Promise.all(uploads.map(({ done }) => done))
    expect(new Set(completed.map(({ key }) => key)).size).toBe(100)
    expect([createCalls(system), begun(system).length]).toEqual([10, 100])
    expect(new Set(retries.map(({ error }) => error.code))).toEqual(new Set(['TOO_MANY_UPLOADS']))
    expect(Math.max(...retries.map(({ delayMs }) => delayMs))).toBeLessThanOrEqual(250)
  })

  it(`all arrive: 40 of ${LARGE.name}`, async () => {
    const { size, multipartThreshold } = LARGE
    const system = await startSystem({ signer: { rules: RULES, multipartThreshold }, onDisk: true })
    const uploader = system.uploader('')
    const files = filesOf(40, size)
    const completed = await Promise.all(files.map((file) => uploader.upload(file).done))
    expect(completed.map(({ key, size }) => ({ key, size }))).toEqual(
      files.map(({ name, size }) => ({ key: name, size })),
    )
    // A signer that has waited ten seconds for a busy store asks it to begin the same file again.
    expect(new Set(begun(system)).size).toBe(40)
    const last = files.at(-1)
    if (last) expect(await sha256Stored(system, last.name)).toBe(await sha256Given(last))
  })
})
