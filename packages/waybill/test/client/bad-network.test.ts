import { seededFile } from '@waybill/test-support/seeded-file'
import { patient, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { Effects } from 'waybill/client'

const MIB = 1024 ** 2

/** Retries at once; watches for stalls do not end. */
const impatient: Effects['wait'] = async (ms, signal) => {
  if (ms < 1000 || !Number.isInteger(ms)) return
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

describe('a request that fails', () => {
  it('fails the upload once it has failed for long enough', async () => {
    const system = await startSystem({
      storagePlan: ({ operation }) =>
        operation === 'PostObject' ? { kind: 'reset-request', afterBytes: 10 } : undefined,
    })
    let at = 0
    /** After it, a request counts as stalled. */
    const SILENCE_MS = 5_000
    const wait: Effects['wait'] = (ms, signal) => {
      const own = impatient(ms, signal)
      if (ms < 10_000 && ms !== SILENCE_MS) at += ms
      return own
    }
    const effects = { wait, monotonicMs: () => at, random: () => 0.498_765_4 }
    const upload = system.uploader('me', { effects }).upload(seededFile('a', 1000, 1))
    expect(await failureOf(upload)).toMatchObject({ code: 'NETWORK_FAILED' })
    expect(upload.error?.retryable).toBe(true)
    expect(at).toBeGreaterThanOrEqual(240_000)
    expect(at).toBeLessThan(255_000)
    const tries = system.storageProxy.exchanges.length
    expect(tries).toBeGreaterThan(50)
    expect(tries).toBeLessThan(120)
  })

  it.each([0, 10_000])('fails it after %i ms if `retryForMs` says so', async (retryForMs) => {
    const system = await startSystem({ signerPlan: () => ({ kind: 'lose-response' }) })
    let at = 0
    const monotonicMs = () => {
      at += 100
      return at
    }
    const upload = system
      .uploader('me', { retryForMs, effects: { monotonicMs, wait: impatient } })
      .upload(seededFile('a', 1000, 1))
    expect(await failureOf(upload)).toMatchObject({ code: 'SIGNER_UNAVAILABLE' })
    expect(system.signerProxy.exchanges.length > 1).toBe(retryForMs > 0)
    expect(at).toBeLessThan(retryForMs + 2_000)
  })
})

describe('a request that stalls', () => {
  it('is not one whose bytes move slowly', async () => {
    const system = await startSystem({
      signer: { multipartThreshold: '100 MiB' },
      storagePlan: ({ operation }) =>
        operation === 'PostObject' ? { kind: 'slow-request', lastsMs: 3000 } : undefined,
    })
    // Shorter than the whole request takes, longer than any of its steps.
    const uploader = system.uploader('me', { stallMs: 1000, effects: { wait: patient } })
    const upload = uploader.upload(seededFile('a', 40 * MIB, 5))
    const retries: unknown[] = []
    upload.on('retry', (retry) => retries.push(retry))
    await upload.done
    expect(retries).toEqual([])
  })
})
