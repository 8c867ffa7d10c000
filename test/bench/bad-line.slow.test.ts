/**
 * The line of `npm run bench -- upload --on bad-line`: its delay, and what it lets through.
 *
 * Slow: a network namespace of its own, with a real delay. No invariant rests on it: only `npm run
 * bench` uses it.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { badLineObstacle, openBadLine, type Place } from '../../bench/upload/place.ts'

const obstacle = badLineObstacle()
if (obstacle) console.warn(`no bad line here: ${obstacle}`)

/** Run on the client's side: how long it takes to be refused by a port that nobody listens on, one round trip. */
const KNOCK = `
  const started = performance.now()
  require('node:net').connect(9, process.argv[1]).on('error', ({ code }) => {
    console.log(JSON.stringify({ code, ms: performance.now() - started }))
  })
`

async function openLine(delayMs: number): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-line-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const queue = { megabitsPerSecond: 100, queueKilobytes: 600 }
  return openBadLine({ delayMs, lossPercent: 0, ...queue, seed: 1, directory })
}

function runOn(place: Place, script: string): { code: string; ms: number } {
  const [command = '', ...words] = place.onClientSide([process.execPath, '-e', script, place.host])
  return JSON.parse(execFileSync(command, words, { encoding: 'utf8' }))
}

describe.skipIf(obstacle)('openBadLine', () => {
  it('delays packets in both directions, and reports the bytes transferred', async () => {
    const line = await openLine(40)
    const { code, ms } = runOn(line, KNOCK)
    const carried = JSON.parse(await line.close())
    expect(code).toBe('ECONNREFUSED')
    expect(ms).toBeGreaterThanOrEqual(80)
    expect(carried.aToB.packets).toBeGreaterThan(0)
    expect(carried.bToA.packets).toBeGreaterThan(0)
    expect(carried.aToB.lost).toBe(0)
  })

  it('leaves no namespace behind', async () => {
    const line = await openLine(1)
    await line.close()
    const [, , , namespace = ''] = line.onClientSide([])
    expect(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })).not.toContain(namespace)
  })
})
