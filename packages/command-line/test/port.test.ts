import { takePort } from '@waybill/test-support/take-port'
import { describe, expect, it } from 'vitest'
import { choosePort, isFree } from '../src/port.ts'

describe('choosePort', () => {
  it.each(['127.0.0.1', '::1'])(
    'falls back to a free port when the usual one is taken on %s',
    async (host) => {
      const usual = await takePort(0, host)
      const { port, insteadOf } = await choosePort(undefined, '--port', usual)
      expect(port).toBeGreaterThan(usual)
      expect(insteadOf?.port).toBe(usual)
    },
  )

  it('skips a port that is about to be used', async () => {
    const usual = await takePort(0)
    const first = await choosePort(undefined, '--port', usual)
    const second = await choosePort(undefined, '--s3-port', usual, [first.port])
    expect(second.port).toBeGreaterThan(first.port)
  })
})

describe('isFree', () => {
  const mayListen = async () => true // as macOS and Windows answer

  it.each(['0.0.0.0', '::'])('is false when another program listens on %s', async (host) => {
    expect(await isFree(await takePort(0, host), mayListen)).toBe(false)
  })

  it('is true when nothing listens', async () => {
    const { port } = await choosePort(undefined, '--port', 48_787)
    expect(await isFree(port, mayListen)).toBe(true)
  })
})
