/**
 * The servers, each in a process of its own, and the client that calls them.
 *
 * @module
 */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Contestant } from '../harness/interleave.ts'
import { nextMessage, spawnNode } from '../harness/spawn-node.ts'
import { verifyForm } from '../signing/verify.ts'
import type { LoadRequest } from './load.ts'
import { BODY, FILE, HEADERS, PATH } from './workload.ts'

/** A server that is running. */
export interface HttpContestant extends Contestant {
  readonly port: number
  readonly child: ChildProcess
  /** Bytes of an answer's body. */
  readonly length: number
}

/** All servers. */
export interface HttpContestants {
  readonly limit: HttpContestant
  readonly handWritten: HttpContestant
  readonly fastify: HttpContestant
  readonly sdk: HttpContestant
  readonly waybill: HttpContestant
  readonly waybillEvents: HttpContestant
}

/**
 * Starts the servers and verifies an answer of each.
 * @throws {Error} When a form is not signed, or is for another file.
 */
export async function startContestants(): Promise<HttpContestants> {
  return {
    limit: await start('limit: bare node:http, a constant', 'bare', false),
    handWritten: await start('by hand, nothing sealed', 'hand-written'),
    fastify: await start('by hand in Fastify', 'fastify'),
    sdk: await start('AWS SDK v3', 'sdk'),
    waybill: await start('waybill, sealed', 'waybill'),
    waybillEvents: await start('waybill, sealed, with onEvent', 'waybill-events'),
  }
}

async function start(name: string, id: string, signs = true): Promise<HttpContestant> {
  const child = spawnNode((words) => words, [join(import.meta.dirname, 'server.ts'), id])
  const port = Number(await nextMessage(child))
  const length = await verify(name, port, signs)
  return { name, port, child, length }
}

async function verify(name: string, port: number, signs: boolean): Promise<number> {
  const { host: _host, connection: _connection, ...headers } = HEADERS
  const url = `http://127.0.0.1:${port}${PATH}`
  const response = await fetch(url, { method: 'POST', headers, body: BODY })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`${name}: ${response.status} ${text}`)
  if (signs) {
    const { uploads } = JSON.parse(text)
    const { fields } = uploads[0].presignedPost
    await verifyForm(name, fields)
    const policy = atob(fields.Policy)
    for (const wanted of [
      FILE.sha256,
      FILE.type,
      `["content-length-range",${FILE.size},${FILE.size}]`,
    ]) {
      if (!policy.includes(wanted)) throw new Error(`${name}: the policy has no ${wanted}`)
    }
  }
  return Buffer.byteLength(text)
}

/** The client. */
export async function startLoad(): Promise<ChildProcess> {
  const child = spawnNode((words) => words, [join(import.meta.dirname, 'load.ts')])
  await nextMessage(child)
  return child
}

/** Sends calls to a server. Returns the microseconds of CPU that each took from its process. */
export async function cpuMicrosPerCall(
  load: ChildProcess,
  { child, port }: HttpContestant,
  calls: number,
): Promise<number> {
  await cpuMicros(child)
  load.send({ port, calls } satisfies LoadRequest)
  await nextMessage(load)
  return (await cpuMicros(child)) / calls
}

async function cpuMicros(child: ChildProcess): Promise<number> {
  child.send('take')
  return Number(await nextMessage(child))
}

/** Ends a process and waits for its end. */
export async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}
