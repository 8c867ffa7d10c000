import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const WEB_ASSEMBLY = '../../src/web-assembly.ts'

/** Modules that nobody has used before. */
async function loadModules() {
  vi.resetModules()
  return {
    ...(await import('../../src/crc64/start-crc64.ts')),
    ...(await import('../../src/web-assembly.ts')),
  }
}

let allowed: Awaited<ReturnType<typeof loadModules>>
let refused: typeof allowed
beforeAll(async () => {
  allowed = await loadModules()
  vi.doMock(WEB_ASSEMBLY, () => ({ hasWebAssembly: () => false }))
  refused = await loadModules()
})
afterAll(() => {
  vi.doUnmock(WEB_ASSEMBLY)
  vi.resetModules()
})

describe('startCrc64', () => {
  it('uses WebAssembly if it may be compiled, and tables otherwise', async () => {
    const cases = [
      [allowed, 'RunningCrc64'],
      [refused, 'TableCrc64'],
    ] as const
    for (const [{ startCrc64 }, name] of cases) {
      const crc = await startCrc64()
      crc.update(Buffer.from('123456789'))
      expect(crc.value).toEqual({ high: 0xae8b1486, low: 0x0a799888 })
      expect(crc.constructor.name).toBe(name)
    }
  })
})

describe('hasWebAssembly', () => {
  it('is always true in Node', () => {
    const { hasWebAssembly } = allowed
    expect([hasWebAssembly(), hasWebAssembly()]).toEqual([true, true])
  })
})
