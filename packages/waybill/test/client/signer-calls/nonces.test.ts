import { describe, expect, it } from 'vitest'
import { Nonces } from '../../../src/client/signer-calls/nonces.ts'

const MIN_SIZE = 5 * 1024 ** 2
const fileOf = (size = MIN_SIZE) => ({ name: 'film.mp4', size, type: 'video/mp4' })

describe('Nonces', () => {
  it('give a file that may go in parts the same nonce each time, and others another', () => {
    const nonces = new Nonces()
    const file = fileOf()
    const first = nonces.with(file)
    expect(first).toEqual({ ...file, nonce: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(nonces.with(file)).toEqual(first)
    expect(nonces.with(fileOf())).not.toEqual(first)
  })

  it('give a file none that is too small for parts', () => {
    const small = fileOf(MIN_SIZE - 1)
    expect(new Nonces().with(small)).toBe(small)
  })

  it('give a file another one when the next attempt is for another upload', () => {
    const nonces = new Nonces()
    const file = fileOf()
    const first = nonces.with(file)
    nonces.renew(file)
    expect(nonces.with(file)).not.toEqual(first)
  })

  it('have 32 digits, also where a byte has one', () => {
    const nonces = new Nonces()
    for (let count = 0; count < 50; count += 1) {
      expect(nonces.with(fileOf()).nonce).toMatch(/^[0-9a-f]{32}$/)
    }
  })
})
