import { afterEach, describe, expect, it, vi } from 'vitest'
import type { startCrc64 } from '../../../src/s3/crc64/start-crc64.ts'

const WEB_ASSEMBLY = '../../../src/s3/web-assembly.ts'

type Started = Awaited<ReturnType<typeof startCrc64>>

/** With modules that nobody has used before. */
async function started(): Promise<{ crc: Started; inTables: boolean }> {
  const { startCrc64 } = await import('../../../src/s3/crc64/start-crc64.ts')
  const { TableCrc64 } = await import('../../../src/s3/crc64/table-crc64.ts')
  const crc = await startCrc64()
  crc.update(Buffer.from('123456789'))
  return { crc, inTables: crc instanceof TableCrc64 }
}

afterEach(() => {
  vi.doUnmock(WEB_ASSEMBLY)
  vi.resetModules()
})

describe('startCrc64', () => {
  const value = { high: 0xae8b1486, low: 0x0a799888 }

  it('computes in WebAssembly where that may be compiled', async () => {
    vi.resetModules()
    expect(await started()).toMatchObject({ crc: { value }, inTables: false })
  })

  it('computes with tables where it may not', async () => {
    vi.resetModules()
    vi.doMock(WEB_ASSEMBLY, () => ({ hasWebAssembly: () => false }))
    expect(await started()).toMatchObject({ crc: { value }, inTables: true })
  })
})

describe('hasWebAssembly', () => {
  it('is true in Node, whenever it is asked', async () => {
    vi.resetModules()
    const { hasWebAssembly } = await import('../../../src/s3/web-assembly.ts')
    expect([hasWebAssembly(), hasWebAssembly()]).toEqual([true, true])
  })
})
