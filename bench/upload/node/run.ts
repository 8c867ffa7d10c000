/**
 * Runs a measurement in Node and reports it to the parent.
 *
 * @module
 */

import type { Measurement } from '../measurement.ts'
import type { NodeTask } from './contestant.ts'
import { CONTESTANTS } from './contestants.ts'

const [, , name = '', json = '{}'] = process.argv
const task: NodeTask = JSON.parse(json)
const contestant = await CONTESTANTS[name]?.()
if (!contestant) throw new TypeError(`there is no contestant ${name}`)
await contestant.prepare?.(task)
const started = performance.now()
const before = process.cpuUsage()
await contestant.upload(task)
const { user, system } = process.cpuUsage(before)
const measured: Measurement = {
  ms: performance.now() - started,
  clientCpuMs: (user + system) / 1000,
}
process.send?.(measured)
process.disconnect?.()
