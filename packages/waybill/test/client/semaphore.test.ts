import { getEventListeners } from 'node:events'
import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { type Leave, Semaphore } from '../../src/client/semaphore.ts'

const { signal } = new AbortController()

/** Lets those wait who are named; notes who is inside, in their order. Both wait for all that follows. */
function queueOf(semaphore: Semaphore) {
  const inside: string[] = []
  const leaves = new Map<string, Leave>()
  const enter = (...names: readonly string[]) => {
    for (const name of names) {
      void semaphore.enter(signal).then((leave) => {
        inside.push(name)
        leaves.set(name, leave)
      })
    }
    return settle()
  }
  const leave = (name: string) => {
    leaves.get(name)?.()
    return settle()
  }
  return { inside, enter, leave }
}

describe('Semaphore', () => {
  it('admits a batch together, and the next only when all of it fits', async () => {
    const { inside, enter, leave } = queueOf(new Semaphore(4, 2))
    await enter('a', 'b', 'c', 'd', 'e', 'f')
    expect(inside).toEqual(['a', 'b', 'c', 'd'])
    await leave('a')
    expect(inside).toHaveLength(4)
    await leave('c')
    expect(inside).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('does not wait for a batch to fill up', async () => {
    const { inside, enter } = queueOf(new Semaphore(4, 3))
    await enter('a', 'b')
    await enter('c')
    // Two are inside: a whole batch has no room beside them.
    expect(inside).toEqual(['a', 'b'])
  })

  it('takes a slot back only once, however often it is released', async () => {
    const { inside, enter, leave } = queueOf(new Semaphore(1))
    await enter('a', 'b', 'c')
    await leave('a')
    await leave('a')
    expect(inside).toEqual(['a', 'b'])
  })

  it('forgets waiters that give up, and keeps no listener', async () => {
    const semaphore = new Semaphore(1)
    const { inside, enter, leave } = queueOf(semaphore)
    await enter('a')
    const impatient = new AbortController()
    const waiting = semaphore.enter(impatient.signal)
    await enter('c')
    impatient.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(getEventListeners(impatient.signal, 'abort')).toEqual([])
    await leave('a')
    expect(inside).toEqual(['a', 'c'])
  })

  it('admits nobody whose signal has fired, and keeps no listener for those admitted', async () => {
    const semaphore = new Semaphore(1)
    await expect(semaphore.enter(AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    )
    const controller = new AbortController()
    await semaphore.enter(controller.signal)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it("releases a task's slot when the task is done, and when it fails", async () => {
    const semaphore = new Semaphore(1)
    expect(await semaphore.run(signal, async () => 7)).toBe(7)
    const fail = async () => {
      throw new Error('cannot be read')
    }
    await expect(semaphore.run(signal, fail)).rejects.toThrow('cannot be read')
    expect(await semaphore.run(signal, async () => 8)).toBe(8)
  })
})
