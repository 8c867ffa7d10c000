import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/client/engine.ts'
import { PartWindows } from '../../../src/client/multipart/part-windows.ts'

const OPTIONS = { signal: new AbortController().signal }

/** Windows of 300 parts, and from which part the signer was asked for each. */
function windowsOf() {
  const asked: number[] = []
  const ask = async (_path: string, { from, count }: { from: number; count: number }) => {
    asked.push(from)
    await new Promise((resolve) => setImmediate(resolve))
    return {
      ...{ from, count, headers: {}, expiration: '2100-01-01T00:00:00Z' },
      url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
      signatures: Buffer.alloc(count * 32).toString('base64url'),
    }
  }
  // What windows use of an engine.
  const engine = { effects: { now: () => new Date(0) }, calls: { ask } } as unknown as Engine
  const windows = new PartWindows(engine, { waybill: 'w', uploadId: 'u' }, 300, undefined)
  const signed = async (partNumber: number) => (await windows.signed(partNumber, OPTIONS)).url
  return { asked, signed }
}

describe('parts that are asked for at the same time', () => {
  it('share a call where one window holds them, and make their own where none does', async () => {
    const { asked, signed } = windowsOf()
    const numbers = [101, 150, 200, 201, 1, 80]
    const urls = await Promise.all(numbers.map(signed))
    expect(asked.slice(0, 3)).toEqual([101, 201, 1])
    for (const [index, url] of urls.entries()) {
      expect(url).toContain(`partNumber=${numbers[index]}&`)
    }
    expect(asked).toHaveLength(3)
  })
})
