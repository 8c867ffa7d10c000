import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CompleteResponse } from 'waybill'
import { createCompletions } from '../../../src/signer/context/remembered-calls.ts'

const answerOf = (key: string) => ({ key }) as CompleteResponse

describe('remembered completions', () => {
  it('are limited to the last thousand', async () => {
    const completions = createCompletions()
    let asked = 0
    const complete = (name: number) =>
      completions.once(`sealed ${name}`, undefined, async () => {
        asked += 1
        return answerOf(`${name}`)
      })
    for (let name = 0; name < 1000; name += 1) await complete(name)
    expect(await complete(0)).toEqual({ key: '0' })
    expect(asked).toBe(1000)
    await complete(1000)
    await complete(1)
    expect(asked).toBe(1001)
    await complete(0)
    expect(asked).toBe(1002)
  })

  it('for one waybill wait for each other in order, even if one fails', async () => {
    const completions = createCompletions()
    const steps = [1, 2, 3].map(() => Promise.withResolvers<CompleteResponse>())
    const begun: string[] = []
    const calls: Promise<CompleteResponse>[] = []
    const call = (index: number) => {
      const begin = () => {
        begun.push(`crc ${index}`)
        return steps[index]?.promise ?? Promise.reject(new Error('no step'))
      }
      calls.push(completions.once('sealed', `crc ${index}`, begin))
    }
    call(0)
    call(1)
    await nextTurn()
    expect(begun).toEqual(['crc 0'])
    steps[0]?.reject(new Error('no'))
    await nextTurn()
    // The first is over and the second is not.
    call(2)
    await nextTurn()
    expect(begun).toEqual(['crc 0', 'crc 1'])
    for (const step of steps) step.resolve(answerOf('a'))
    const ended = await Promise.allSettled(calls)
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
    expect(begun).toEqual(['crc 0', 'crc 1', 'crc 2'])
  })

  it('do not include failed ones', async () => {
    const completions = createCompletions()
    const failing = () => Promise.reject(new Error('no'))
    await expect(completions.once('sealed', 'crc', failing)).rejects.toThrow('no')
    const again = completions.once('sealed', 'crc', async () => answerOf('a'))
    expect(await again).toEqual({ key: 'a' })
  })
})
