import { usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import type { Terminal } from '@waybill/command-line/terminal'
import { createS3Context } from 'waybill/internal/storage'
import { accountFailure } from '../account/account-failure.ts'
import { type AwsAccess, awsAccess } from '../account/aws-access.ts'
import { type ArrivalFunction, functionName, readArrivalFunction } from './arrival-function.ts'
import { type Rescan, rescan } from './rescan.ts'
import { STOPPED, untilStopRequest } from './stop-request.ts'
import { createTally, FAILED } from './tally.ts'

/** @returns The exit code. */
export async function runRescan(values: OptionValues, terminal: Terminal): Promise<number> {
  if (values.function === undefined)
    throw usageFailure("--function is missing, expected the arrival function's name or ARN")
  const { name, region } = functionName(values.function)
  const minutes = readMinutes(values['older-than'])
  try {
    const access = await awsAccess(values, process.env, region)
    const arrival = await readArrivalFunction(access, name)
    const work: Rescan = {
      access,
      arrival,
      s3: s3Of(access, arrival),
      prefix: readPrefix(values.prefix, arrival),
      before: new Date(Date.now() - minutes * 60_000),
      dryRun: values['dry-run'] !== undefined,
      tally: createTally(terminal),
    }
    return await untilStopRequest(terminal, (stop) => runToEnd(work, stop, terminal))
  } catch (error) {
    throw accountFailure(error)
  }
}

function s3Of(access: AwsAccess, { location }: ArrivalFunction) {
  const endpoint = access.endpointOf('s3')
  return createS3Context({
    ...location,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: () => access.credentials(),
  })
}

async function runToEnd(work: Rescan, stop: AbortSignal, terminal: Terminal): Promise<number> {
  const { tally, dryRun } = work
  let seen = 0
  try {
    for await (const count of rescan(work, stop)) {
      seen = count
      terminal.say(terminal.faint(`… ${seen} objects looked at`))
    }
  } finally {
    terminal.say(`${dryRun ? 'Without a verdict' : 'Judged'}: ${tally.summary()}`)
  }
  if (stop.aborted) return STOPPED
  return tally.of(FAILED) > 0 ? 1 : 0
}

function readPrefix(given: string | undefined, { name, prefix }: ArrivalFunction): string {
  if (given === undefined || given.startsWith(prefix)) return given ?? prefix
  throw usageFailure(
    `--prefix is '${given}', but ${name} judges only keys that begin with '${prefix}'`,
  )
}

function readMinutes(text = ''): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw usageFailure(`--older-than is '${text}', expected whole minutes`)
}
