import { describe, expect, it } from 'vitest'
import { randomPool } from '../../src/storage/random-pool.ts'

/** Fills with 0, 1, 2 … 255 over and over, so that each byte tells when it was made. */
function counting() {
  let next = 0
  const pools: Uint8Array[] = []
  const fill = (bytes: Uint8Array) => {
    pools.push(bytes)
    for (let at = 0; at < bytes.length; at += 1) {
      bytes[at] = next % 256
      next += 1
    }
  }
  return { fill, pools }
}

describe('randomPool', () => {
  it('gives each byte out once, and nothing that was not filled', () => {
    const { fill } = counting()
    const draw = randomPool(fill)
    const drawn = Array.from({ length: 64 }, () => [...draw(16)])
    const all = drawn.flat().sort((a, b) => a - b)
    const wanted = Array.from({ length: 1024 }, (_, at) => Math.floor(at / 4))
    expect(all).toEqual(wanted)
  })

  it('asks for more when too little is left, and does not join two fillings', () => {
    const { fill, pools } = counting()
    const draw = randomPool(fill)
    for (let count = 0; count < 85; count += 1) draw(12)
    expect(pools).toHaveLength(1)
    expect(draw(12)).toHaveLength(12)
    expect(pools).toHaveLength(2)
  })

  it('keeps no byte that it has given out', () => {
    const { fill, pools } = counting()
    const draw = randomPool((bytes) => {
      fill(bytes)
      bytes.fill(7)
    })
    draw(1000)
    const kept = new Uint8Array(pools[0]?.buffer ?? new ArrayBuffer())
    expect(kept.filter((byte) => byte !== 0)).toHaveLength(24)
  })

  it('gives bytes of their own, which later draws do not change', () => {
    const draw = randomPool(counting().fill)
    const first = draw(16)
    const copy = [...first]
    for (let count = 0; count < 200; count += 1) draw(16)
    expect([...first]).toEqual(copy)
    expect(first.buffer.byteLength).toBe(16)
  })

  it('gives out nothing of a filling that failed', () => {
    const { fill } = counting()
    let isReady = false
    const draw = randomPool((bytes) => {
      if (!isReady) throw new Error('random values are not allowed here')
      fill(bytes)
    })
    expect(() => draw(4)).toThrow('not allowed here')
    isReady = true
    expect([...draw(4)]).toEqual([0, 1, 2, 3])
    expect([...draw(2)]).toEqual([4, 5])
    isReady = false
    expect(() => draw(1024)).toThrow('not allowed here')
    expect([...draw(2)]).toEqual([6, 7])
  })
})
