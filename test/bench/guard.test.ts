import { describe, expect, it } from 'vitest'
import { ATTEMPTS, leastRatio, limitOf } from '../../bench/guard/guard.ts'

describe('limitOf', () => {
  const known = { Xeon: { seal: 2 }, EPYC: { seal: 2.4 } }

  it("is 15 % above this CPU's baseline", () => {
    expect(limitOf(known, 'Xeon', 'seal')).toEqual({ baseline: 2, limit: 2.3, isOwn: true })
  })

  it("is 30 % above other CPUs' highest if this one has no baseline", () => {
    const { baseline, limit, isOwn } = limitOf(known, 'Ampere', 'seal')
    expect([baseline, isOwn]).toEqual([2.4, false])
    expect(limit).toBeCloseTo(3.12)
  })

  it('throws for an operation that was never measured', () => {
    expect(() => limitOf(known, 'Xeon', 'link')).toThrow("'link' has no baseline")
  })
})

describe('leastRatio', () => {
  const measuring = (...ratios: number[]) => {
    let asked = 0
    const measure = async () => ratios[asked++] ?? Number.NaN
    return { measure, asked: () => asked }
  }

  it('measures again only while the ratio exceeds its limit', async () => {
    const { measure, asked } = measuring(3, 2)
    expect(await leastRatio(measure, 2.3)).toBe(2)
    expect(asked()).toBe(2)
  })

  it('stays above it if the program is slower', async () => {
    const { measure, asked } = measuring(3, 2.6, 2.8)
    expect(await leastRatio(measure, 2.3)).toBe(2.6)
    expect(asked()).toBe(ATTEMPTS)
  })
})
