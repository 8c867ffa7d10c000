/**
 * An upload of 1 GiB whose token expires three times.
 *
 * Slow: sends 1 GiB. `token.test.ts` has the same with 17 MiB and one expiry.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { ON_A_QUICK_LINE, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const LIFE_MS = 600_000
/** Before the second and third call for signatures, and before the upload is completed. */
const EXPIRES_AT: ReadonlySet<number | undefined> = new Set([50, 150, 205])

describe('a token that expires during a large upload', () => {
  it('is renewed once each time, and no part is sent twice', { timeout: 600_000 }, async () => {
    let passedMs = 0
    const start = Date.now()
    const now = () => new Date(start + passedMs)
    const system = await startSystem({
      ...{ onDisk: true, now },
      storagePlan: ({ operation, partNumber }) => {
        if (operation === 'UploadPart' && EXPIRES_AT.has(partNumber)) passedMs += LIFE_MS
        return undefined
      },
      signer: {
        partSize: 5 * MIB,
        rules: {
          any: {
            ...{ types: ['*/*'], maxSize: '2 GiB', expiresInSeconds: 3600 },
            authorize: ({ headers }) =>
              Number(headers.authorization?.replace('Bearer ', '')) > now().getTime() && {
                owner: 'me',
              },
          },
        },
      },
    })
    let renewals = 0
    const token = async () => {
      renewals += 1
      return String(now().getTime() + LIFE_MS)
    }
    const effects = { ...ON_A_QUICK_LINE, now }
    const uploader = system.uploader('me', { headers: {}, token, effects })
    const file = seededFile('film.bin', 1024 * MIB, 1)
    const { key } = await uploader.upload(file).done
    expect(renewals).toBe(1 + EXPIRES_AT.size)
    const parts = system.storageProxy.exchanges.flatMap(({ request }) =>
      request.operation === 'UploadPart' ? [request.partNumber ?? 0] : [],
    )
    expect(parts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 205 }, (_, i) => i + 1))
    expect(await sha256Stored(system, key, now)).toBe(await sha256Given(file))
  })
})
