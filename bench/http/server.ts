/**
 * The process of one server. It answers each message of its parent with the CPU time that it has
 * spent since the last one.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { startServer } from 'waybill/node'
import { reportCpu } from '../harness/report-cpu.ts'
import { PATH } from './workload.ts'

/** Makes the listener of each server. Only one is loaded. */
const LISTENERS: Readonly<Record<string, () => Promise<RequestListener>>> = {
  bare: async () => (await import('./servers/bare.ts')).bare(),
  'hand-written': async () => (await import('./servers/hand-written.ts')).handWritten(),
  fastify: async () => (await import('./servers/fastify.ts')).fastifyServer(PATH),
  sdk: async () => (await import('./servers/aws-sdk.ts')).awsSdk(),
  waybill: async () => (await import('./servers/waybill.ts')).waybill(PATH),
  'waybill-events': async () => (await import('./servers/waybill.ts')).waybill(PATH, () => {}),
}

const make = LISTENERS[process.argv[2] ?? '']
if (!make) throw new TypeError(`there is no server '${process.argv[2]}'`)
const { port } = await startServer(await make())
reportCpu(port)
