/** When a function that returns credentials is asked, by a clock that the test moves. */

import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Credentials } from 'waybill-s3'
import { keptCredentials } from '../../src/storage/kept-credentials.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 1)

/** A provider whose answers the test gives, and a clock. */
function stage() {
  const state = { now: START, asked: 0 }
  const waiting: (() => void)[] = []
  const errors: unknown[] = []
  const answers: PromiseWithResolvers<Credentials>[] = []
  const current = keptCredentials(
    () => {
      state.asked += 1
      const answer = Promise.withResolvers<Credentials>()
      answers.push(answer)
      return answer.promise
    },
    {
      now: () => new Date(state.now),
      later: (_delayMs, callBack) => {
        waiting.push(callBack)
        return () => waiting.splice(waiting.indexOf(callBack), 1)
      },
      onError: (error) => errors.push(error),
    },
  )
  /** All that waits has waited long enough. */
  const runOut = () => {
    for (const callBack of [...waiting]) callBack()
  }
  const lasting = (minutes: number): Credentials => ({
    accessKeyId: `AKIA${answers.length}`,
    secretAccessKey: 'secret',
    expiration: new Date(state.now + minutes * MINUTE),
  })
  const answer = (credentials: Credentials) => answers.at(-1)?.resolve(credentials)
  const fail = (error: Error) => answers.at(-1)?.reject(error)
  return { state, errors, current, lasting, answer, fail, runOut }
}

describe('keptCredentials', () => {
  it('makes one request for concurrent calls, and caches the result', async () => {
    const { state, current, lasting, answer } = stage()
    const calls = Array.from({ length: 200 }, () => current())
    answer(lasting(60))
    const got = await Promise.all(calls)
    expect(new Set(got.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKIA1']))
    await current()
    expect(state.asked).toBe(1)
  })

  it('awaits a promise from another realm, such as test runners create', async () => {
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' }
    const promiseOf: (value: Credentials) => Promise<Credentials> = runInNewContext(
      '(value) => Promise.resolve(value)',
    )
    const current = keptCredentials(() => promiseOf(credentials), { now: () => new Date(START) })
    expect(await current()).toEqual(credentials)
  })

  it('renews five minutes before they expire, without delaying a call', async () => {
    const { state, current, lasting, answer } = stage()
    const first = current()
    answer(lasting(60))
    await first
    state.now += 55 * MINUTE
    expect(await Promise.all([current(), current()])).toMatchObject([
      { accessKeyId: 'AKIA1' },
      { accessKeyId: 'AKIA1' },
    ])
    expect(state.asked).toBe(2)
    answer(lasting(60))
    await expect.poll(async () => (await current()).accessKeyId).toBe('AKIA2')
    expect(state.asked).toBe(2)
  })

  it('waits for the renewal if the old ones expire in less than a minute', async () => {
    const { state, current, lasting, answer } = stage()
    const first = current()
    answer(lasting(60))
    await first
    state.now += 59.5 * MINUTE
    const second = current()
    answer(lasting(60))
    expect(await second).toMatchObject({ accessKeyId: 'AKIA2' })
  })

  it('keeps using the old ones if their renewal fails, and reports it', async () => {
    const { state, errors, current, lasting, answer, fail } = stage()
    const first = current()
    answer(lasting(60))
    await first
    state.now += 56 * MINUTE
    expect(await current()).toMatchObject({ accessKeyId: 'AKIA1' })
    fail(new Error('the metadata service is away'))
    await expect.poll(() => errors).toHaveLength(1)
    state.now += 3.5 * MINUTE
    const last = current()
    fail(new Error('still away'))
    await expect(last).rejects.toThrow('still away')
    expect(errors).toHaveLength(1)
  })

  it('retries ten seconds after a failed renewal, rather than on each call', async () => {
    const { state, errors, current, lasting, answer, fail } = stage()
    const first = current()
    answer(lasting(60))
    await first
    state.now += 56 * MINUTE
    await current()
    fail(new Error('the metadata service is away'))
    await expect.poll(() => errors).toHaveLength(1)
    for (let call = 0; call < 100; call += 1) await current()
    expect(state.asked).toBe(2)
    state.now += 10_000
    await current()
    expect(state.asked).toBe(3)
  })

  it('abandons a provider that does not respond, and retries', async () => {
    const { state, current, lasting, answer, runOut } = stage()
    const first = current()
    runOut()
    await expect(first).rejects.toThrow('credentials did not return within 20000 ms')
    const second = current()
    answer(lasting(60))
    expect(await second).toMatchObject({ accessKeyId: 'AKIA2' })
    runOut()
    expect(state.asked).toBe(2)
  })

  it('requests credentials on each call if they do not say when they expire', async () => {
    let asked = 0
    const current = keptCredentials(
      () => ({ accessKeyId: `AKIA${++asked}`, secretAccessKey: 'secret' }),
      { now: () => new Date() },
    )
    expect([await current(), await current()]).toMatchObject([
      { accessKeyId: 'AKIA1' },
      { accessKeyId: 'AKIA2' },
    ])
  })

  it('retries after a provider throws, synchronously or not', async () => {
    let asked = 0
    const current = keptCredentials(
      () => {
        asked += 1
        throw new Error('no profile')
      },
      { now: () => new Date() },
    )
    await expect(current()).rejects.toThrow('no profile')
    await expect(current()).rejects.toThrow('no profile')
    expect(asked).toBe(2)
  })

  it.each([
    [undefined, 'credentials is undefined, expected'],
    [{ accessKeyId: 'AKIA', secretAccessKey: '' }, 'credentials.secretAccessKey is empty'],
    [
      { accessKeyId: 'AKIA', secretAccessKey: 's', expiration: '2026-01-01T00:00:00Z' },
      'credentials.expiration is not a valid Date: leave it out, or pass the Date at which they expire',
    ],
  ])('rejects %j', async (answer, message) => {
    const current = keptCredentials(() => answer as unknown as Credentials, {
      now: () => new Date(),
    })
    await expect(current()).rejects.toThrow(message)
  })
})
