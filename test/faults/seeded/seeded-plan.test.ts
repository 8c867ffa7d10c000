import { describe, expect, it } from 'vitest'
import type { ObservedRequest } from '../../../packages/strict-s3/src/faults/fault.ts'
import { seededPlan } from './seeded-plan.ts'

const MIB = 1024 ** 2

function part(partNumber: number, attempt = 0, bodySize = 5 * MIB): ObservedRequest {
  return {
    number: 0,
    method: 'PUT',
    path: '/uploads/video.mp4',
    query: new URLSearchParams(),
    headers: {},
    operation: 'UploadPart',
    partNumber,
    bodySize,
    attempt,
  }
}

const parts = Array.from({ length: 5000 }, (_, index) => part(index + 1))

describe('seededPlan', () => {
  it('spoils the requested share', () => {
    const plan = seededPlan({ seed: 1, share: 0.2 })
    const spoiled = parts.filter(plan).length / parts.length
    expect(spoiled).toBeGreaterThan(0.18)
    expect(spoiled).toBeLessThan(0.22)
  })

  it('decides the same for a request whatever came before it', () => {
    const forwards = seededPlan({ seed: 2, share: 0.5 })
    const backwards = seededPlan({ seed: 2, share: 0.5 })
    const expected = parts.map(forwards)
    expect([...parts].reverse().map(backwards).reverse()).toEqual(expected)
  })

  it('decides differently for another seed, and for another attempt', () => {
    const plan = seededPlan({ seed: 3, share: 0.5 })
    const other = seededPlan({ seed: 4, share: 0.5 })
    expect(parts.map(other)).not.toEqual(parts.map(plan))
    expect(parts.map(({ partNumber = 0 }) => plan(part(partNumber, 1)))).not.toEqual(
      parts.map(plan),
    )
  })

  it('uses every kind of fault, but only faults that the request can have', () => {
    const plan = seededPlan({ seed: 5, share: 1 })
    const kinds = new Set(parts.map((request) => plan(request)?.kind))
    expect([...kinds].sort()).toEqual([
      'ExpiredToken',
      'InternalError',
      'RequestTimeTooSkewed',
      'SlowDown',
      'flip-byte',
      'lose-response',
      'reset-request',
      'reset-response',
      'stall-request',
      'stall-response',
      'truncate-response',
    ])
    const empty = parts.map(({ partNumber = 0 }) => plan(part(partNumber, 0, 0)))
    expect(empty.some((fault) => fault?.kind === 'flip-byte')).toBe(false)
    for (const fault of parts.map(plan)) {
      if (fault?.kind === 'reset-request') expect(fault.afterBytes).toBeLessThan(5 * MIB)
      if (fault?.kind === 'flip-byte') expect(fault.at).toBeLessThan(5 * MIB)
    }
  })
})
