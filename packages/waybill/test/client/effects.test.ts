import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { platformEffects } from '../../src/client/effects.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A page's events. */
function stubPage(): EventTarget {
  const page = new EventTarget()
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    vi.stubGlobal(name, page[name].bind(page))
  }
  return page
}

function listenersOf(page: EventTarget): number {
  return ['online', 'offline'].flatMap((name) => getEventListeners(page, name)).length
}

describe('wait', () => {
  it('ends with its signal, and leaves no timer behind', async () => {
    vi.useFakeTimers()
    const abort = new AbortController()
    const waiting = platformEffects().wait(1000, abort.signal)
    expect(vi.getTimerCount()).toBe(1)
    abort.abort('reason')
    await expect(waiting).rejects.toBe('reason')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no listener on its signal when the time is over', async () => {
    const { signal } = new AbortController()
    await platformEffects().wait(0, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('online', () => {
  it.each([
    ['says so', { onLine: true }, true],
    ['says that it is not', { onLine: false }, false],
    ['does not say (Node)', {}, true],
    ['has no navigator (Node 20)', undefined, true],
  ])("reports the platform's state: it %s", (_, navigator, expected) => {
    vi.stubGlobal('navigator', navigator)
    expect(platformEffects().online.isOnline()).toBe(expected)
  })

  it.each([
    ['whenOnline', 'online', 'offline'],
    ['whenOffline', 'offline', 'online'],
  ] as const)('%s waits for the next event "%s" rather than "%s"', async (method, name, other) => {
    const page = stubPage()
    const heard: string[] = []
    const waiting = platformEffects().online[method]?.(new AbortController().signal)
    // Whatever else runs meanwhile listens elsewhere.
    vi.unstubAllGlobals()
    const told = waiting?.then(() => heard.push('resolved'))
    page.dispatchEvent(new Event(other))
    await new Promise(setImmediate)
    expect(heard).toEqual([])
    page.dispatchEvent(new Event(name))
    await told
    expect([heard, listenersOf(page)]).toEqual([['resolved'], 0])
  })

  it('stops listening when the signal fires', async () => {
    const page = stubPage()
    const abort = new AbortController()
    const waiting = platformEffects().online.whenOnline(abort.signal)
    expect(listenersOf(page)).toBe(1)
    abort.abort('reason')
    expect(listenersOf(page)).toBe(0)
    await expect(waiting).rejects.toBe('reason')
  })

  it('waits only for the signal if there are no events', async () => {
    for (const name of ['addEventListener', 'removeEventListener']) vi.stubGlobal(name, undefined)
    const abort = new AbortController()
    const waiting = platformEffects().online.whenOnline(abort.signal)
    abort.abort('reason')
    await expect(waiting).rejects.toBe('reason')
  })
})
