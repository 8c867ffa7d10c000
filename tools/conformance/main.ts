/**
 * `npm run conformance`: runs the conformance cases against several S3 servers, which it installs
 * and starts, and writes their counts to `docs/reference/strict-s3-conformance.md`.
 * `npm run conformance -- strict-s3 moto` runs only these. Each server's report is written to
 * `.test/conformance/`.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { markdownReport } from '../../packages/strict-s3/src/conformance/report.ts'
import { type CaseResult, runCases } from '../../packages/strict-s3/src/conformance/run-cases.ts'
import { answers } from '../../test/interop/servers/child-processes.ts'
import { type Column, columnOf, updatePage } from './page.ts'
import { type RunningServer, SERVERS, type Server } from './servers.ts'

const REPORTS = '.test/conformance'

const names = process.argv.slice(2)
const unknown = names.find((name) => !SERVERS.some((server) => server.name === name))
if (unknown !== undefined) {
  throw new Error(`no server '${unknown}', known are ${SERVERS.map(({ name }) => name).join(', ')}`)
}
const columns = new Map<string, Column>()
for (const server of SERVERS) {
  if (names.length > 0 && !names.includes(server.name)) continue
  const column = await compare(server)
  if (column) columns.set(server.name, column)
  console.log(`${server.name}: ${column?.cells['**all**'] ?? 'not run'}`)
}
updatePage(columns)

/** Returns `undefined` if the server cannot be had here. */
async function compare(server: Server): Promise<Column | undefined> {
  let running: RunningServer
  try {
    running = await server.start()
  } catch (error) {
    console.error(`${server.name}: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
  // Hostile requests end some servers.
  const target = async () => {
    if (await answers(running.endpoint)) return running
    console.error(`${server.name} has ended, and is started again`)
    await running.stop()
    running = await server.start()
    return running
  }
  const results: CaseResult[] = []
  try {
    for await (const result of runCases({ target }).results) results.push(result)
  } finally {
    await running.stop()
  }
  const version = await server.version()
  mkdirSync(REPORTS, { recursive: true })
  const { endpoint, region } = running
  const report = { endpoint, region, version, time: new Date(), isPartial: false, results }
  const file = `${REPORTS}/${server.name.replace(/\W+/g, '-')}.md`
  writeFileSync(file, `${markdownReport({ ...report, endpoint: server.name })}\n`)
  return columnOf(version, results)
}
