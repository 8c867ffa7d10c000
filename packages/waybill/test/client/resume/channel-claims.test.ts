/**
 * Claims without Web Locks. Each channel object is a tab: channels of one name hear each other, in
 * Node as in browsers.
 */

import { describe, expect, it, onTestFinished } from 'vitest'
import { channelClaims, claimsOver } from '../../../src/client/resume/browser-store.ts'

type Claims = ReturnType<typeof claimsOver>

interface Tab extends Claims {
  /** Goes without a word, as a tab that is closed or crashes. */
  readonly goAway: () => void
}

/** Waits until all messages have come, question and answer; there is no clock in it. */
function afterTurns(callBack: () => void): void {
  let left = 100
  setImmediate(function next() {
    left -= 1
    if (left === 0) callBack()
    else setImmediate(next)
  })
}

let channels = 0

/** Tabs of one browser. */
function openTabs(count: number): Tab[] {
  channels += 1
  const name = `claims-${channels}`
  return Array.from({ length: count }, () => {
    const channel = new BroadcastChannel(name)
    onTestFinished(() => channel.close())
    return { ...claimsOver(channel, afterTurns), goAway: () => channel.close() }
  })
}

function isHeld(release: (() => void) | undefined): boolean {
  return release !== undefined
}

describe('claimsOver', () => {
  it('gives a record to one tab at a time', async () => {
    const [one, other] = openTabs(2)
    const release = await one?.claim('film')
    expect(isHeld(release)).toBe(true)
    expect(isHeld(await other?.claim('film'))).toBe(false)
    expect(isHeld(await other?.claim('another film'))).toBe(true)
    release?.()
    expect(isHeld(await other?.claim('film'))).toBe(true)
  })

  it('gives it to one of many tabs that claim it at the same time', async () => {
    const tabs = openTabs(8)
    const claimed = await Promise.all(tabs.map((tab) => tab.claim('film')))
    expect(claimed.filter(isHeld)).toHaveLength(1)
  })

  it('gives each record to one of several uploads in the same tab', async () => {
    const [tab] = openTabs(1)
    const records = ['film', 'film', 'another film']
    const claimed = await Promise.all(records.map((record) => tab?.claim(record)))
    expect(claimed.map(isHeld).sort()).toEqual([false, true, true])
    expect(isHeld(claimed[2])).toBe(true)
    expect(isHeld(await tab?.claim('film'))).toBe(false)
  })

  it('frees the record when the tab that held it is closed', async () => {
    const [one, other] = openTabs(2)
    expect(isHeld(await one?.claim('film'))).toBe(true)
    one?.goAway()
    expect(isHeld(await other?.claim('film'))).toBe(true)
  })

  it('reports whether a record is held, without disturbing those who claim it', async () => {
    const [one, other] = openTabs(2)
    const [looked, claimed] = await Promise.all([other?.isClaimed('film'), one?.claim('film')])
    expect([looked, isHeld(claimed)]).toEqual([false, true])
    expect([await one?.isClaimed('film'), await other?.isClaimed('film')]).toEqual([true, true])
    claimed?.()
    expect([await one?.isClaimed('film'), await other?.isClaimed('film')]).toEqual([false, false])
  })

  it('does not mistake a query in the same tab for a claim', async () => {
    const [tab] = openTabs(1)
    const [looked, claimed] = await Promise.all([tab?.isClaimed('film'), tab?.claim('film')])
    expect([looked, isHeld(claimed)]).toEqual([false, true])
  })

  it.each([
    ['lower', { ask: 'film', ticket: '' }, false],
    ['higher', { ask: 'film', ticket: '~' }, true],
    ['lower, for another record', { ask: 'another film', ticket: '' }, true],
  ])("compares its ticket with another claim's: %s", async (_, claim, expected) => {
    expect(await claimWhile([claim])).toBe(expected)
  })

  it('takes this record when it hears that another one is held', async () => {
    expect(await claimWhile([{ held: 'another film' }])).toBe(true)
    expect(await claimWhile([{ held: 'film' }])).toBe(false)
  })

  it('ignores messages of another kind', async () => {
    const asks = [{ ask: 7 }, { ask: 'film', ticket: 0 }, { ask: 'film', ticket: [''] }]
    expect(await claimWhile([null, undefined, 'film', {}, { held: 7 }, ...asks])).toBe(true)
  })
})

describe('channelClaims', () => {
  it('are shared by the whole page, and respect its other tabs', async () => {
    const page = channelClaims('page')
    expect(channelClaims('page')).toBe(page)
    expect(channelClaims('another page')).not.toBe(page)
    const channel = new BroadcastChannel('page')
    onTestFinished(() => channel.close())
    const tab = claimsOver(channel, afterTurns)
    const release = await page.claim('film')
    expect(isHeld(release)).toBe(true)
    expect(isHeld(await tab.claim('film'))).toBe(false)
    release?.()
    expect(isHeld(await tab.claim('film'))).toBe(true)
  })
})

/** Whether a tab has its claim that hears these messages meanwhile. */
async function claimWhile(messages: readonly unknown[]): Promise<boolean> {
  const [one] = openTabs(1)
  const channel = new BroadcastChannel(`claims-${channels}`)
  onTestFinished(() => channel.close())
  const claiming = one?.claim('film')
  for (const message of messages) channel.postMessage(message)
  return isHeld(await claiming)
}
