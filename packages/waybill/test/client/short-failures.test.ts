/**
 * Failures of the application and of the way to it that pass: an upload survives at least a minute
 * of each.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { openUploads } from '@waybill/test-support/stored'
import { type System, type SystemOptions, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

describe('a token that has expired', () => {
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

  it('is renewed once, where headers are a function', async () => {
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
  ])('fails the upload where headers are %s', async (_, headers, calls) => {
    const system = await startSystem(SECOND)
    const failure = await failureOf(uploadWith(system, { headers }).upload)
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(system.signerProxy.exchanges).toHaveLength(calls)
  })
})

describe('an answer to a call', () => {
  const LOGIN = '<html><form action="/login">Welcome to the train</form></html>'

  it.each([
    ['the page of a network that wants a login', 200, LOGIN],
    ['JSON that was cut', 201, '{"uploads":[{"waybill":"ey'],
    ['"Request Timeout" of a gateway', 408, LOGIN],
    ['an error of a gateway in its own words', 503, '{"error":{"code":"Throttled","message":"m"}}'],
    ['that the application failed', 503, '{"error":{"code":"SIGNER_UNAVAILABLE","message":"m"}}'],
  ])('that is %s, for a minute, ends nothing', async (_, status, body) => {
    const system = await startSystem()
    const { effects, passedMs } = clock()
    let isDown = true
    const flaky: typeof fetch = async (input, init) => {
      if (passedMs() > MINUTE_MS) isDown = false
      return isDown ? new Response(body, { status }) : fetch(input, init)
    }
    const { upload, codes } = uploadWith(system, { fetch: flaky, effects })
    await upload.done
    expect([...codes]).toEqual(['SIGNER_UNAVAILABLE'])
    expect(system.completed).toHaveLength(1)
  })
})

describe('the functions of the signer', () => {
  it.each(['authorize', 'onComplete'] as const)(
    '%s may throw for a minute although the bytes are stored',
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

describe('a call that hangs', () => {
  it('is made again after 20 seconds, and what it grants late is taken back', async () => {
    const system = await startSystem({
      signer: { partSize: '5 MiB' },
      signerPlan: ({ path, attempt }) =>
        path.endsWith('/uploads') && attempt === 0 ? { kind: 'stall-response' } : undefined,
    })
    let bounds = 0
    const wait: Effects['wait'] = async (ms, signal) => {
      if (ms === 20_000) bounds += 1
      if (ms === 20_000 && bounds === 1)
        return system.signerProxy.until(() => system.signerProxy.stalled === 1)
      if (ms >= 1000) await new Promise((_, reject) => rejectOn(signal, reject))
    }
    const file = new File([new Uint8Array(17 * 1024 ** 2)], 'a.bin')
    const upload = system.uploader('me', { effects: { wait } }).upload(file)
    upload.on('state', ({ state }) => {
      if (state === 'uploading') system.signerProxy.release()
    })
    await upload.done
    await eventually(() => openUploads(system)).toEqual([])
  })
})

describe('an object that is gone', () => {
  it('fails the upload if that happens twice', async () => {
    const system = await startSystem()
    const upload = system.uploader('me', {
      fetch: async (input, init) => {
        if (!String(input).endsWith('/complete')) return fetch(input, init)
        return new Response('{"error":{"code":"OBJECT_NOT_FOUND","message":"m"}}', { status: 404 })
      },
    })
    expect(await failureOf(upload.upload(FILE))).toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    const forms = system.storageProxy.exchanges.map(({ request }) => request.operation)
    expect(forms).toEqual(['PostObject', 'PostObject'])
  })
})

describe('a listener that throws', () => {
  it('is reported, and never obeyed', async () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => reported.mockRestore())
    const system = await startSystem()
    const upload = system.uploader('me').upload(FILE)
    const fault = new Error('a fault of the page')
    const heard: string[] = []
    for (const name of ['state', 'progress'] as const) {
      upload.on(name, () => {
        throw fault
      })
    }
    upload.on('state', ({ state }) => heard.push(state))
    await upload.done
    expect(heard.at(-1)).toBe('done')
    expect(system.completed).toHaveLength(1)
    expect(
      system.storageProxy.exchanges.filter(({ request }) => request.operation === 'PostObject'),
    ).toHaveLength(1)
    expect(reported).toHaveBeenCalledWith('a listener of an upload failed', fault)
  })
})
