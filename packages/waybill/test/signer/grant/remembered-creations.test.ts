import { unhandledRejections } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import type { UploadGrant } from 'waybill'
import { createCreations } from '../../../src/signer/context/remembered-calls.ts'

const GRANT: UploadGrant = {
  ...{ strategy: 'put', waybill: 'w', key: 'k', expiration: '2026-03-01T12:00:00Z' },
  ...{ url: 'https://s3.example', headers: {} },
}

/** Counts the creations; the clock is the test's. */
function counting() {
  let at = 0
  let created = 0
  const creations = createCreations(() => new Date(at))
  const once = (asked: string) =>
    creations.once(asked, async () => {
      created += 1
      if (asked === 'fails') throw new Error('S3 is away')
      return { ...GRANT, key: `k${created}` }
    })
  const pass = (ms: number) => {
    at += ms
  }
  return { once, pass }
}

describe('remembered creations', () => {
  it('run once, even for two concurrent requests', async () => {
    const { once } = counting()
    const [first, second] = await Promise.all([once('a'), once('a')])
    expect([first.key, second.key, (await once('a')).key]).toEqual(['k1', 'k1', 'k1'])
    expect((await once('b')).key).toBe('k2')
  })

  it('that failed run again', async () => {
    const { once } = counting()
    await expect(once('fails')).rejects.toThrow('S3 is away')
    await expect(once('fails')).rejects.toThrow('S3 is away')
    expect((await once('a')).key).toBe('k3')
  })

  it('are forgotten after two minutes, and when there are many', async () => {
    const { once, pass } = counting()
    await once('a')
    pass(119_999)
    expect((await once('a')).key).toBe('k1')
    pass(1)
    expect((await once('a')).key).toBe('k2')
    for (let number = 0; number < 200; number += 1) await once(`other ${number}`)
    expect((await once('a')).key).toBe('k203')
  })

  it('are forgotten from the 201st on, oldest first', async () => {
    const { once } = counting()
    await once('a')
    for (let number = 1; number < 200; number += 1) await once(`other ${number}`)
    expect((await once('a')).key).toBe('k1')
    await once('one more')
    expect((await once('a')).key).toBe('k202')
  })

  it('that were repeated count as new', async () => {
    const { once, pass } = counting()
    await once('a')
    await once('b')
    pass(120_000)
    expect((await once('a')).key).toBe('k3')
    for (let number = 0; number < 199; number += 1) await once(`other ${number}`)
    expect((await once('a')).key).toBe('k3')
    expect((await once('b')).key).toBe('k203')
  })
})

describe('a creation that fails late', () => {
  it('does not affect the one created since', async () => {
    let at = 0
    const creations = createCreations(() => new Date(at))
    const late = Promise.withResolvers<UploadGrant>()
    const first = creations.once('a', () => late.promise)
    at = 120_000
    await creations.once('a', async () => GRANT)
    late.reject(new Error('S3 is away'))
    await expect(first).rejects.toThrow('S3 is away')
    const again = await creations.once('a', async () => ({ ...GRANT, key: 'another' }))
    expect(again.key).toBe('k')
  })

  it('fails only for its caller if it is already forgotten', async () => {
    const unhandled = unhandledRejections()
    const creations = createCreations(() => new Date(0))
    const late = Promise.withResolvers<UploadGrant>()
    const first = creations.once('a', () => late.promise)
    for (let number = 0; number < 200; number += 1) {
      await creations.once(`other ${number}`, async () => GRANT)
    }
    late.reject(new Error('S3 is away'))
    await expect(first).rejects.toThrow('S3 is away')
    // Node tells of a rejection once the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
  })
})
