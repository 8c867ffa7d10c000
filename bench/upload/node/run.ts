/**
 * Runs a measurement in Node and reports it to the parent.
 *
 * @module
 */

import { existsSync, readFileSync } from 'node:fs'
import type { Measurement } from '../measurement.ts'
import type { NodeTask } from './contestant.ts'
import { CONTESTANTS } from './contestants.ts'

const STATUS = '/proc/self/status'
const [, , name = '', json = '{}'] = process.argv
const task: NodeTask = JSON.parse(json)
const contestant = await CONTESTANTS[name]?.()
if (!contestant) throw new TypeError(`there is no contestant ${name}`)
// Node loads its `fetch` when it is first called: none of the contestants pays for that.
await (await fetch('data:,')).text()
await contestant.prepare?.(task)
const idle = memoryOf('VmRSS')
const started = performance.now()
const before = process.cpuUsage()
await contestant.upload(task)
const { user, system } = process.cpuUsage(before)
const measured: Measurement = {
  startedAt: performance.timeOrigin + started,
  ms: performance.now() - started,
  clientCpuMs: (user + system) / 1000,
  memory: memoryOf('VmHWM') - idle,
}
process.send?.(measured)
process.disconnect?.()

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function memoryOf(name: 'VmRSS' | 'VmHWM'): number {
  const status = existsSync(STATUS) ? readFileSync(STATUS, 'utf8') : ''
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
}
