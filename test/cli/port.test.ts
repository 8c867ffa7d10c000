/**
 * Which port a server gets when nobody asked for one.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { choosePort } from '../../src/cli/port.ts'
import { takePort } from '../support/take-port.ts'

describe('choosePort', () => {
  it.each(['127.0.0.1', '::1'])(
    'goes on to a free port when the usual one is taken on %s',
    async (host) => {
      const usual = await takePort(0, host)
      const { port, insteadOf } = await choosePort({}, 'port', usual)
      expect(port).toBeGreaterThan(usual)
      expect(insteadOf).toBe(usual)
    },
  )

  it('passes over a port that is about to be used', async () => {
    const usual = await takePort(0)
    const first = await choosePort({}, 'port', usual)
    const second = await choosePort({}, 's3-port', usual, [first.port])
    expect(second.port).toBeGreaterThan(first.port)
  })
})
