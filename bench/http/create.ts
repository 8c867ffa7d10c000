/**
 * The CPU of one call that creates an upload, beside signers written by hand and the AWS SDK.
 *
 * @module
 */

import { join } from 'node:path'
import { type LoadRequest, requestOf, startLoad } from '../harness/http-load.ts'
import { type Contestant, interleave, type Scores } from '../harness/interleave.ts'
import { cpuMsOf, type NodeProcess, startNode } from '../harness/node-process.ts'
import { peerVersion, sdkVersion } from '../harness/packages.ts'
import { type Section, table } from '../harness/results.ts'
import { ratioOf, show, spreadOf } from '../harness/spread.ts'
import { verifyForm } from '../signing/verify.ts'
import { BODY, FILE, HEADERS, PATH } from './workload.ts'

/** Short rounds: a long one always has some moment in which other processes take the machine. */
const ROUNDS = 41
const CALLS = 1_500
const CONNECTIONS = 32
/** So many calls until all of the code is compiled. */
const WARM_UP_ROUNDS = 9

/** A server that is running in a process of its own. */
interface HttpContestant extends Contestant {
  readonly port: number
  readonly server: NodeProcess
  /** Bytes of an answer's body. */
  readonly length: number
}

/** Measures all servers. */
export async function measureCreates(isQuick: boolean): Promise<Section> {
  const started: NodeProcess[] = []
  const start = async (...words: readonly string[]) => {
    const child = await startNode(words)
    started.push(child)
    return child
  }
  const contestant = async (name: string, id: string, signs = true): Promise<HttpContestant> => {
    const server = await start(join(import.meta.dirname, 'server.ts'), id)
    const port = Number(server.ready)
    return { name, port, server, length: await verify(name, port, signs) }
  }
  try {
    const limit = await contestant('limit: bare node:http, a constant', 'bare', false)
    const byHand = await contestant('by hand, nothing sealed', 'by-hand')
    const fastify = await contestant('by hand in Fastify', 'fastify')
    const sdk = await contestant('AWS SDK v3', 'aws-sdk')
    const waybill = await contestant('waybill, sealed', 'waybill')
    const waybillEvents = await contestant('waybill, sealed, with onEvent', 'waybill-events')
    const load = await startLoad(requestOf(['POST', PATH], HEADERS, BODY), CONNECTIONS)
    started.push(load)
    const scores = await interleave(
      [limit, byHand, fastify, sdk, waybill, waybillEvents],
      isQuick ? 1 : ROUNDS,
      (each) => cpuMicrosPerCall(load, each),
      isQuick ? 1 : WARM_UP_ROUNDS,
    )
    const least = (of: HttpContestant) => Math.min(...(scores.get(of) ?? []))
    const ofByHand = (ours: HttpContestant) => (least(ours) / least(byHand)).toFixed(2)
    const goals = [waybill, waybillEvents].map((ours) => ({
      goal: `${ours.name}: below the AWS SDK v3, which seals nothing`,
      measured: `${(least(ours) / least(sdk)).toFixed(2)} ×`,
      met: least(ours) < least(sdk),
    }))
    const text = `
CPU of the server's process for one call that creates an upload of one file with SHA-256: HTTP through \`node:http\`,
${CONNECTIONS} connections, with the client in another process, ${CALLS.toLocaleString('en')} calls a round. Each signs with the access key of a user; a form of
each server is verified before. The signers by hand check caller, type, size and SHA-256, and sign. Waybill also checks the
origin and the rest of the file's description, seals the waybill and authenticates it for the client. Against ${sdkVersion()} and ${peerVersion('fastify')}
(which runs the signer by hand, not Waybill's). Other processes on the machine can only slow a round down, so the goals use
the rounds with the least CPU, and ratios.

${tableOf(scores, limit)}

The ratio to the signer by hand, which seals nothing, depends on the processor and is no goal: ${ofByHand(waybill)} ×,
with onEvent ${ofByHand(waybillEvents)} ×. The same call without HTTP, in a loop, takes half the time: between two requests the
kernel, the parser and other processes empty the CPU's caches, so the amount of code that a call runs decides.`
    return { text, goals }
  } finally {
    for (const child of started) await child.end()
  }
}

/**
 * Verifies an answer, and returns the bytes of its body.
 * @throws {Error} When a form is not signed, or is for another file.
 */
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
    const size = `["content-length-range",${FILE.size},${FILE.size}]`
    for (const wanted of [FILE.sha256, FILE.type, size]) {
      if (!policy.includes(wanted)) throw new Error(`${name}: the policy has no ${wanted}`)
    }
  }
  return Buffer.byteLength(text)
}

async function cpuMicrosPerCall(
  load: NodeProcess,
  { server, port }: HttpContestant,
): Promise<number> {
  await cpuMsOf(server)
  await load.ask({ port, calls: CALLS } satisfies LoadRequest)
  return ((await cpuMsOf(server)) * 1000) / CALLS
}

/** The least: other processes on the machine only ever add, they take the caches and half of a core. */
function tableOf(scores: Scores<HttpContestant>, limit: HttpContestant): string {
  const ofLimit = scores.get(limit) ?? []
  const rows = [...scores].map(([{ name, length }, micros]) => [
    name,
    `${Math.min(...micros).toFixed(0)} µs`,
    `${(Math.min(...micros) / Math.min(...ofLimit)).toFixed(2)} ×`,
    show(spreadOf(micros), 'µs', 0),
    show(ratioOf(micros, ofLimit), '×'),
    `${(length / 1000).toFixed(1)} KB`,
  ])
  const head = ['server', 'CPU, least', 'of the limit', 'median', 'of the limit', 'answer']
  return table([head, ...rows])
}
