import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { UploadError, type UploadErrorCode } from 'waybill'
import { PendingAborts } from '../../../src/client/signer-calls/shared-calls.ts'

/** Asks a signer of the test, which fails as long as there are failures. */
function takeBacksOf(failures: unknown[]) {
  const asked: string[] = []
  const takeBacks = new PendingAborts(async ({ waybill }) => {
    asked.push(waybill)
    if (failures.length > 0) throw failures.shift()
  })
  return { takeBacks, asked }
}

const upload = (waybill: string) => ({ waybill, uploadId: `upload of ${waybill}` })
const failed = (code: UploadErrorCode) => new UploadError(code, 'm')

describe('PendingAborts', () => {
  it('aborts each upload once', async () => {
    const { takeBacks, asked } = takeBacksOf([])
    await takeBacks.add(upload('a'))
    takeBacks.answered()
    await settle()
    expect(asked).toEqual(['a'])
  })

  it.each(['SIGNER_UNAVAILABLE', 'UNAUTHENTICATED', 'FORBIDDEN'] as const)(
    'retries when the signer responds, after %s',
    async (code) => {
      const { takeBacks, asked } = takeBacksOf([failed(code)])
      await takeBacks.add(upload('a'))
      expect(asked).toEqual(['a'])
      takeBacks.answered()
      takeBacks.answered()
      await settle()
      expect(asked).toEqual(['a', 'a'])
    },
  )

  it('does not retry what was aborted in the meantime', async () => {
    const { takeBacks, asked } = takeBacksOf([failed('FORBIDDEN')])
    await takeBacks.add(upload('a'))
    await takeBacks.add(upload('a'))
    takeBacks.answered()
    await settle()
    expect(asked).toEqual(['a', 'a'])
  })

  it('does not retry what can never be aborted', async () => {
    const { takeBacks, asked } = takeBacksOf([failed('WAYBILL_INVALID'), new TypeError('ours')])
    await takeBacks.add(upload('a'))
    await takeBacks.add(upload('b'))
    takeBacks.answered()
    await settle()
    expect(asked).toEqual(['a', 'b'])
  })

  it('tries five times in all, counted anew after a success', async () => {
    const failures = [failed('FORBIDDEN')]
    const { takeBacks, asked } = takeBacksOf(failures)
    await takeBacks.add(upload('a'))
    takeBacks.answered()
    await settle()
    expect(asked).toHaveLength(2)
    asked.length = 0
    failures.push(...Array.from({ length: 9 }, () => failed('FORBIDDEN')))
    await takeBacks.add(upload('a'))
    for (let times = 0; times < 9; times += 1) {
      takeBacks.answered()
      await settle()
    }
    expect(asked).toHaveLength(5)
  })

  it('remembers the last hundred', async () => {
    const { takeBacks, asked } = takeBacksOf(
      Array.from({ length: 102 }, () => failed('SIGNER_UNAVAILABLE')),
    )
    for (let index = 0; index < 102; index += 1) await takeBacks.add(upload(`${index}`))
    asked.length = 0
    takeBacks.answered()
    await settle()
    expect(asked).toHaveLength(100)
    expect([asked[0], asked.at(-1)]).toEqual(['2', '101'])
  })
})
