/**
 * Failures of the application and of the way to it that pass: an upload survives at least a minute
 * of each.
 *
 * @module
 */

import { type System, type SystemOptions, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { UploadErrorCode } from 'waybill'
import type { Effects, SignerHeaders, UploaderOptions } from 'waybill/client'

const MINUTE_MS = 60_000
const FILE = new File(['a'], 'a.txt', { type: 'text/plain' })

/** Time that passes only while something waits: what is waited for longest, is waited for never. */
function clock() {
  let at = Date.parse('2026-03-01T12:00:00Z')
  const wait: Effects['wait'] = async (ms, signal) => {
    // A bound of a request is not reached: only pauses between attempts are.
    if (Number.isInteger(ms) && ms >= 1000)
      return new Promise((_, reject) => rejectOn(signal, reject))
    at += ms
  }
  const now = () => new Date(at)
  return {
    effects: { wait, now, monotonicMs: () => at, random: () => 0.512_345_67 },
    passedMs: () => at - Date.parse('2026-03-01T12:00:00Z'),
  }
}

function rejectOn(signal: AbortSignal, reject: (reason: unknown) => void): void {
  signal.addEventListener('abort', () => reject(signal.reason))
}

/** An upload under a clock of its own, and the codes of its retries. */
function uploadWith(system: System, options: Partial<UploaderOptions>) {
  const upload = system.uploader('me', options).upload(FILE)
  const codes = new Set<UploadErrorCode>()
  upload.on('retry', ({ error }) => codes.add(error.code))
  return { upload, codes }
}

describe('headers', () => {
  it('may fail for a minute', async () => {
    const system = await startSystem()
    const { effects, passedMs } = clock()
    const headers: SignerHeaders = async () => {
      if (passedMs() < MINUTE_MS) throw new Error('token endpoint is away')
      return { 'x-owner': 'me' }
    }
    const { upload, codes } = uploadWith(system, { headers, effects })
    await upload.done
    expect([...codes]).toEqual(['SIGNER_UNAVAILABLE'])
  })
})

describe('an expired token', () => {
  /** Only the second token is good. */
  const SECOND: SystemOptions = {
    signer: {
      rules: {
        any: {
          ...{ types: ['*/*'], maxSize: '1 MB' },
          authorize: ({ headers }) =>
            headers.authorization === 'Bearer 1' ? false : { owner: 'me' },
        },
      },
    },
  }

  it('is renewed once if headers are a function', async () => {
    const system = await startSystem(SECOND)
    let token = 0
    const headers = () => {
      token += 1
      return { authorization: `Bearer ${token}` }
    }
    const { upload, codes } = uploadWith(system, { headers })
    await upload.done
    expect([...codes]).toEqual(['UNAUTHENTICATED'])
  })

  it.each([
    ['always the same', () => ({ authorization: 'Bearer 1' }), 2],
    ['no function', { authorization: 'Bearer 1' }, 1],
  ])('fails the upload if headers are %s', async (_, headers, calls) => {
    const system = await startSystem(SECOND)
    const failure = await failureOf(uploadWith(system, { headers }).upload)
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(system.signerProxy.exchanges).toHaveLength(calls)
  })
})

describe("the signer's callbacks", () => {
  it.each(['authorize', 'onComplete'] as const)(
    'may fail for a minute after the bytes are stored: %s',
    async (name) => {
      const { effects, passedMs } = clock()
      const completed: string[] = []
      let isStored = false
      const away = () => {
        if (isStored && passedMs() < MINUTE_MS) throw new Error('database is away')
      }
      const system = await startSystem({
        storagePlan: ({ operation }) => {
          if (operation === 'PostObject') isStored = true
          return undefined
        },
        signer: {
          rules: {
            any: {
              ...{ types: ['*/*'], maxSize: '1 MB' },
              authorize: () => {
                if (name === 'authorize') away()
                return { owner: 'me' }
              },
              onComplete: ({ key }) => {
                if (name === 'onComplete') away()
                completed.push(key)
              },
            },
          },
        },
      })
      const { upload, codes } = uploadWith(system, { effects })
      const { key } = await upload.done
      expect([...codes]).toEqual(['SIGNER_UNAVAILABLE'])
      expect(completed).toEqual([key])
    },
  )
})
