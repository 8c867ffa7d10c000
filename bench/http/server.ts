/**
 * The process of one server, by its name. It answers each message of its parent with the CPU time
 * that it has spent since the last one.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { startServer } from 'waybill/node'
import { reportCpu } from '../harness/node-process.ts'
import { PATH } from './workload.ts'

const [, , name = '', argument = ''] = process.argv

/** Makes the listener of each server. Only one is loaded. */
const LISTENERS: Readonly<Record<string, () => Promise<RequestListener>>> = {
  bare: async () => bare(),
  'by-hand': async () => (await import('./servers/by-hand.ts')).byHand(),
  fastify: async () => (await import('./servers/fastify.ts')).fastifyServer(PATH),
  'aws-sdk': async () => (await import('./servers/aws-sdk.ts')).awsSdk(),
  waybill: async () => (await import('./servers/waybill.ts')).waybill(PATH),
  'waybill-events': async () => (await import('./servers/waybill.ts')).waybill(PATH, () => {}),
  'waybill-parts': async () => (await import('./servers/waybill.ts')).waybillOfParts(argument),
  'all-parts': async () => (await import('./servers/all-parts.ts')).allParts(Number(argument)),
}

/** Characters of what Waybill answers to the call that creates an upload. */
const LENGTH = 2_590

/** The limit: `node:http` reads the call and answers always the same, as long as Waybill's answer. */
function bare(): RequestListener {
  const body = JSON.stringify({ text: 'x'.repeat(LENGTH) })
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  return (request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(201, headers).end(body))
  }
}

const make = LISTENERS[name]
if (!make) throw new TypeError(`there is no server '${name}'`)
const { port } = await startServer(await make())
reportCpu(port)
