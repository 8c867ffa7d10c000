import { CommandFailure, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import type { Terminal } from '@waybill/command-line/terminal'
import { callOnce, isTaken, shown } from 'waybill/internal/storage'
import { profileAccess } from '../account/profile-access.ts'
import { findDeployment } from './deployment.ts'
import { shownReply } from './signer-client.ts'
import { removeRuns, SMOKE_FOLDER } from './smoke-objects.ts'
import { SMOKE_POINTS, seePoint } from './smoke-points.ts'
import type { SmokeRun } from './smoke-run.ts'
import { countOf, printJson, printRow, printTotals, type Row } from './smoke-table.ts'
import { startSmoke } from './start-smoke.ts'
import { runStoreProbes } from './store-table.ts'

/** The exit code is 1 if a deployment differs from what Waybill expects. */
export function runSmoke(values: OptionValues, terminal: Terminal): Promise<number> {
  return values.topic === 'store'
    ? runStoreProbes(values, terminal)
    : seeDeployment(values, terminal)
}

async function seeDeployment(values: OptionValues, terminal: Terminal): Promise<number> {
  const run = await prepare(values)
  await checkReachable(run)
  const isJson = values.json !== undefined
  const rows: Row[] = []
  if (!isJson) printTarget(run, terminal)
  try {
    for (const point of SMOKE_POINTS) {
      const seen = await seePoint(point, run)
      const { number, title, sent, change } = point
      const row = { name: String(number), title, sent, change, ...seen }
      rows.push(row)
      if (!isJson) printRow(terminal, row)
    }
  } finally {
    const folder = values.clean === undefined ? run.store.folder : SMOKE_FOLDER
    const cleanUp = await removeRuns(run.s3, folder)
    if (isJson) printJson(terminal, rows, cleanUp)
    else printTotals(terminal, rows, cleanUp)
  }
  return countOf(rows, 'differs') > 0 ? 1 : 0
}

async function prepare(values: OptionValues): Promise<SmokeRun> {
  const { env } = process
  const access = await profileAccess({ profile: values.profile, region: values.region })
  const endpoint = env.AWS_ENDPOINT_URL
  const account = { ...access, endpoint, fetch }
  const deployment = await findDeployment(account, values)
  return startSmoke({
    deployment,
    access,
    token: env.WAYBILL_SMOKE_TOKEN,
    rule: values.rule,
    verdictMs: readSeconds(values.wait ?? '120') * 1000,
    endpoint,
    s3Endpoint: values.endpoint ?? env.AWS_ENDPOINT_URL_S3 ?? endpoint,
    fetch,
  })
}

function readSeconds(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw usageFailure(`--wait is '${text}', expected a number of seconds up to 9999`)
}

/** Throws if the signer or the bucket cannot be reached: nothing could be tested then. */
async function checkReachable({ signer, s3, deployment }: SmokeRun): Promise<void> {
  const rules = await signer.call({ method: 'GET', path: '/rules' })
  if (rules.status === 0) {
    throw new CommandFailure(`the signer ${deployment.signerUrl} does not respond`)
  }
  if (rules.status >= 500) {
    throw new CommandFailure(
      `the signer ${deployment.signerUrl} responds with ${shownReply(rules)}`,
    )
  }
  const list = await callOnce(s3, { method: 'GET', query: { 'list-type': '2', 'max-keys': '1' } })
  if (isTaken(list)) return
  throw new CommandFailure(
    `you cannot list the bucket ${deployment.bucket} in ${s3.location.region}: ${shown(list)}`,
  )
}

function printTarget({ deployment, s3 }: SmokeRun, terminal: Terminal): void {
  const { signerUrl, bucket, stack } = deployment
  terminal.say(`Signer  ${signerUrl}`)
  terminal.say(`Bucket  ${bucket}, region ${s3.location.region}`)
  if (stack) terminal.say(`Stack   ${stack.name}, ${stack.status}`)
  terminal.say()
}
