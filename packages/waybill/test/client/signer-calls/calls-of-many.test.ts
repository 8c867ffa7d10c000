/**
 * Calls that many uploads share, to a signer of functions under a clock of the test.
 *
 * @module
 */

import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CompleteResponse, UploadError, type UploadGrant } from 'waybill'
import { loadFailureHandling } from '../../../src/client/send/load-failure-handling.ts'
import { SharedCalls } from '../../../src/client/signer-calls/shared-calls.ts'
import type { SignerCalls } from '../../../src/client/signer-calls/signer-calls.ts'

const MIB = 1024 ** 2
const { signal } = new AbortController()
const AWAY = new UploadError('SIGNER_UNAVAILABLE', 'away')
const REFUSED = new UploadError('FILE_TOO_LARGE', 'refused')
const COMPLETED: CompleteResponse = {
  ...{ key: 'k', size: 1, etag: 'e', verifiedBy: 'size' as const, result: undefined },
}

/** Signed at ten o'clock for 100 seconds. */
function grantOf(name: string): UploadGrant {
  const url = 'https://s3.example/k?X-Amz-Date=20261127T100000Z'
  const common = { waybill: name, key: name, expiration: '2026-11-27T10:01:40Z' }
  return { ...common, strategy: 'put', url, headers: {} }
}

function inParts(name: string): UploadGrant {
  const { expiration } = grantOf(name)
  const parts = { from: 1, count: 1, url: 'u', signatures: 'AA', headers: {}, expiration }
  const common = { waybill: name, key: name, expiration }
  return { ...common, strategy: 'multipart', uploadId: `id of ${name}`, partSize: 5 * MIB, parts }
}

const fileOf = (name: string, size = 1) => ({ name, size, type: 'text/plain' })

/** @param answers - What the signer does, where it does not simply answer. */
function callsTo(answers: Partial<Omit<SignerCalls, 'renewsHeaders'>>, retryForMs = 60_000) {
  const time = virtualTime()
  const asked: { readonly path: string; readonly at: number; readonly request: unknown }[] = []
  const note = (path: string, request: unknown) =>
    void asked.push({ path, at: time.monotonicMs(), request })
  const signer: SignerCalls = {
    renewsHeaders: false,
    create: async (request, given) => {
      note('', request)
      if (answers.create) return answers.create(request, given)
      return request.files.map(({ name }) => grantOf(name))
    },
    complete: async (uploads, given) => {
      note('/complete', uploads)
      return answers.complete ? answers.complete(uploads, given) : uploads.map(() => COMPLETED)
    },
    ask: async (path, request, given) => {
      note(path, request)
      return answers.ask?.(path, request, given)
    },
  }
  const calls = new SharedCalls(signer, { effects: time, retryForMs })
  const ended = <T>(call: Promise<T>) => time.until(call.catch((error: unknown) => error))
  return { calls, asked, time, ended }
}

/** The failures of a list, one for each call, and then what is given. */
function failing<T>(failures: unknown[], then: (...given: never[]) => T) {
  return async (...given: never[]): Promise<T> => {
    if (failures.length > 0) throw failures.shift()
    return then(...given)
  }
}

// Loading takes no time of a test's clock.
beforeAll(() => loadFailureHandling())

describe('grant requests', () => {
  it('share a call with those for the same rule, and with no others', async () => {
    const { calls, asked, ended } = callsTo({})
    const names = ['a', 'b', 'c', 'd', 'e']
    const rules = ['images', 'films', 'images', undefined, undefined]
    const slots = rules.map((rule) => calls.reserve(rule))
    const answers = slots.map(({ create }, index) =>
      create.call(fileOf(names[index] ?? ''), { signal }),
    )
    const granted = await Promise.all(answers.map(ended))
    expect(granted).toMatchObject(names.map((name) => ({ grant: { key: name } })))
    expect(asked.map(({ request }) => request)).toEqual([
      { rule: 'images', files: [fileOf('a'), fileOf('c')] },
      { rule: 'films', files: [fileOf('b')] },
      { files: [fileOf('d'), fileOf('e')] },
    ])
  })

  it('are sent twelve at first, and then a hundred at a time', async () => {
    const { calls, asked, ended } = callsTo({})
    const slots = Array.from({ length: 113 }, () => calls.reserve('r'))
    const answers = slots.slice(0, 112).map(async ({ create }, index) => {
      // The twelfth has its call before the next one comes.
      if (index >= 12) await settle()
      return create.call(fileOf(`${index}`), { signal })
    })
    await Promise.all(answers.map(ended))
    const sizes = asked.map(({ request }) => (request as { files: unknown[] }).files.length)
    expect(sizes).toEqual([12, 100])
    expect(asked.map(({ at }) => at)).toEqual([0, 0])
  })

  it('wait a second for announced ones', async () => {
    const { calls, asked, ended } = callsTo({})
    const [first] = [calls.reserve('r'), calls.reserve('r')]
    await ended(first.create.call(fileOf('a'), { signal }))
    expect(asked.map(({ at }) => at)).toEqual([1_000])
  })

  it('report when a fresh grant is due, counted from the request', async () => {
    const { calls, time, ended } = callsTo({
      create: async ({ files }) => {
        await time.wait(3_000, signal)
        return files.map(({ name }) => grantOf(name))
      },
    })
    await time.until(time.wait(7_000, signal))
    const answer = await ended(calls.reserve('r').create.call(fileOf('a'), { signal }))
    expect(answer).toEqual({ grant: grantOf('a'), renewAt: 7_000 + 90_000 })
  })

  it('fail alone if the signer rejects one of them, which is not retried', async () => {
    const { calls, asked, ended } = callsTo({
      create: async ({ files }) =>
        files.map(({ name }) => (name === 'b' ? REFUSED : grantOf(name))),
    })
    const slots = [calls.reserve('r'), calls.reserve('r')]
    const [a, b] = slots.map(({ create }, index) =>
      create.call(fileOf('ab'[index] ?? ''), { signal }),
    )
    expect(await ended(Promise.allSettled([a, b]))).toMatchObject([
      { status: 'fulfilled', value: { grant: { key: 'a' } } },
      { status: 'rejected', reason: REFUSED },
    ])
    expect(asked).toHaveLength(1)
  })

  it('are retried together if their call failed, and are notified', async () => {
    const create = failing([AWAY], ({ files }: Parameters<SignerCalls['create']>[0]) =>
      files.map(({ name }) => grantOf(name)),
    )
    const { calls, asked, ended } = callsTo({ create })
    const retries: unknown[] = []
    const onRetry = (event: unknown) => retries.push(event)
    const large = ['a', 'b'].map((name) => fileOf(name, 5 * MIB))
    const answers = large.map((file) => calls.reserve('r').create.call(file, { signal, onRetry }))
    await ended(Promise.all(answers))
    // The same nonces: the signer knows what it may have granted before.
    // After the pause of a line, not of one request.
    expect(asked.map(({ at }) => at)).toEqual([0, 187.5])
    expect(asked[1]?.request).toEqual(asked[0]?.request)
    expect(asked[0]).toHaveProperty(
      'request.files.0.nonce',
      expect.stringMatching(/^[0-9a-f]{32}$/),
    )
    expect(retries).toMatchObject([{ error: AWAY }, { error: AWAY }])
  })

  it('are sent with a new nonce after 20 seconds, and a late grant is aborted', async () => {
    const late = Promise.withResolvers<UploadGrant[]>()
    const create: SignerCalls['create'] = ({ files }) =>
      asked.length === 1 ? late.promise : Promise.resolve(files.map(({ name }) => inParts(name)))
    const { calls, asked, ended } = callsTo({ create })
    const file = fileOf('a', 5 * MIB)
    await ended(calls.reserve('r').create.call(file, { signal }))
    const nonce = ({ request }: { readonly request: unknown }) =>
      (request as { files: { nonce: string }[] }).files[0]?.nonce
    const [first, second] = asked.map(nonce)
    expect(second).toMatch(/^[0-9a-f]{32}$/)
    expect(second).not.toBe(first)
    late.resolve([inParts('late')])
    await settle()
    expect(asked.slice(2)).toMatchObject([{ path: '/abort', request: { waybill: 'late' } }])
  })

  it('fail if no call is answered for twenty seconds', async () => {
    const late = Promise.withResolvers<UploadGrant[]>()
    const { calls, time, ended } = callsTo({ create: () => late.promise }, 0)
    const failure = await ended(calls.reserve('r').create.call(fileOf('a'), { signal }))
    expect(failure).toMatchObject({
      ...{ code: 'SIGNER_UNAVAILABLE', message: 'the signer did not respond' },
      cause: new RangeError('no response within 20000 ms'),
    })
    expect(time.monotonicMs()).toBe(20_000)
    const unhandled = unhandledRejections()
    late.reject(AWAY)
    await settle()
    expect(unhandled).toEqual([])
  })
})

describe('uploads to complete', () => {
  it.each([
    [1, 50],
    [99, 4_950],
    [100, 5_000],
    [200, 5_000],
  ])('wait for %d others for %d ms', async (others, ms) => {
    const { calls, asked, ended } = callsTo({})
    const first = calls.reserve('r')
    for (let index = 0; index < others; index += 1) calls.reserve('r')
    await ended(first.complete.call({ waybill: 'a' }, { signal }))
    expect(asked).toEqual([{ path: '/complete', at: ms, request: [{ waybill: 'a' }] }])
  })

  it('are completed a hundred at a time, from the first call on', async () => {
    const { calls, asked, ended } = callsTo({})
    const slots = Array.from({ length: 101 }, () => calls.reserve('r'))
    const answers = slots
      .slice(0, 100)
      .map(({ complete }, index) => complete.call({ waybill: `${index}` }, { signal }))
    expect(await ended(Promise.all(answers))).toEqual(Array(100).fill(COMPLETED))
    expect(asked.map(({ at }) => at)).toEqual([0])
  })

  it('end individually with their signal, and then ignore their response', async () => {
    const answer = Promise.withResolvers<CompleteResponse[]>()
    const { calls, asked, ended } = callsTo({ complete: () => answer.promise })
    const stop = new AbortController()
    const [a, b] = [calls.reserve('r'), calls.reserve('r')]
    const gone = a.complete.call({ waybill: 'a' }, { signal: stop.signal })
    const stays = b.complete.call({ waybill: 'b' }, { signal })
    await settle()
    stop.abort(new Error('given up'))
    expect(await ended(gone)).toEqual(new Error('given up'))
    answer.resolve([COMPLETED, COMPLETED])
    expect(await ended(stays)).toEqual(COMPLETED)
    expect(asked).toHaveLength(1)
  })
})

describe('an aborted upload', () => {
  it('has its call canceled after a minute', async () => {
    const signals: AbortSignal[] = []
    const ask: SignerCalls['ask'] = (_path, _request, given) => {
      signals.push(given)
      return new Promise(() => undefined)
    }
    const { calls, time, ended } = callsTo({ ask })
    await ended(calls.abort({ waybill: 'a', uploadId: 'u' }))
    expect(time.monotonicMs()).toBe(60_000)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it('is only one in parts: rejected and single-request uploads leave nothing behind', async () => {
    for (const [late, aborts] of [
      [inParts('a'), 1],
      [grantOf('a'), 0],
      [REFUSED, 0],
    ] as const) {
      const answer = Promise.withResolvers<(UploadGrant | UploadError)[]>()
      const { calls, asked, ended } = callsTo({ create: () => answer.promise })
      const stop = new AbortController()
      const asking = calls.reserve('r').create.call(fileOf('a'), { signal: stop.signal })
      await settle()
      stop.abort(new Error('given up'))
      expect(await ended(asking)).toEqual(new Error('given up'))
      answer.resolve([late])
      await settle()
      expect(asked.filter(({ path }) => path === '/abort')).toHaveLength(aborts)
    }
  })
})
