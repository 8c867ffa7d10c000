/**
 * An upload of 1 GiB whose token expires three times.
 *
 * Slow: sends 1 GiB. `token.test.ts` has the same with 17 MiB and one expiry.
 *
 * @module
 */

import { startEchoServer } from '@waybill/test-support/echo-server'
import { seededFile } from '@waybill/test-support/seeded-file'
import { partsSent, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { ON_A_QUICK_LINE, startSystem } from '@waybill/test-support/system'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tokenAuthorize, uploadToken } from 'waybill/signer'

const MIB = 1024 ** 2
const LIFE_SECONDS = 600
const KEY = {
  secret: 'the secret of the tokens, which no waybill is sealed with',
  audience: 'https://uploads.example.com',
}
/** Before the second and third call for signatures, and before the upload is completed. */
const EXPIRES_AT: ReadonlySet<number | undefined> = new Set([50, 150, 205])

describe('a token that expires during a large upload', () => {
  it('is renewed once each time, and no part is sent twice', { timeout: 600_000 }, async () => {
    let passedMs = 0
    const start = Date.now()
    const now = () => new Date(start + passedMs)
    const rule = { types: ['*/*'], maxSize: '2 GiB', expiresInSeconds: 3600 } as const
    const system = await startSystem({
      ...{ onDisk: true, now },
      storagePlan: ({ operation, partNumber }) => {
        if (operation === 'UploadPart' && EXPIRES_AT.has(partNumber)) {
          passedMs += 2 * LIFE_SECONDS * 1000 // a signer's clock may be a little late
        }
        return undefined
      },
      signer: {
        partSize: 5 * MIB,
        rules: { any: { ...rule, authorize: tokenAuthorize({ ...KEY, now }) } },
      },
    })
    const application = await startEchoServer((_, outgoing) => {
      const token = uploadToken({ ...KEY, owner: 'me', expiresInSeconds: LIFE_SECONDS, now })
      void token.then((text) => outgoing.end(text))
    })
    onTestFinished(application.close)
    const effects = { ...ON_A_QUICK_LINE, now }
    const tokenUrl = `${application.endpoint}/token`
    const uploader = system.uploader('me', { headers: {}, tokenUrl, effects })
    const file = seededFile('film.bin', 1024 * MIB, 1)
    const { key } = await uploader.upload(file).done
    expect(application.reached).toHaveLength(1 + EXPIRES_AT.size)
    expect(partsSent(system).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 205 }, (_, i) => i + 1),
    )
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  })
})
