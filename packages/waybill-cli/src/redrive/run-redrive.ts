import { usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import type { Terminal } from '@waybill/command-line/terminal'
import { accountFailure } from '../account/account-failure.ts'
import { awsAccess } from '../account/aws-access.ts'
import {
  deadLetterQueueOf,
  functionName,
  judgeAgain,
  readArrivalFunction,
} from './arrival-function.ts'
import { failedEvents, queueUrl } from './failed-events.ts'
import { type Redrive, redrive } from './redrive.ts'
import { STOPPED, untilStopRequest } from './stop-request.ts'
import { createTally, FAILED, NOT_SCANNED } from './tally.ts'

/** @returns The exit code. */
export async function runRedrive(values: OptionValues, terminal: Terminal): Promise<number> {
  if (values.function === undefined)
    throw usageFailure("--function is missing, expected the arrival function's name or ARN")
  const { name, region } = functionName(values.function)
  try {
    const access = await awsAccess(values, process.env, region)
    const arrival = await readArrivalFunction(access, name)
    const url = queueUrl(access, values.queue ?? (await deadLetterQueueOf(access, name)))
    const judge = (event: unknown) => judgeAgain(access, arrival, event)
    const work: Redrive = {
      queue: failedEvents(access, url),
      ...(values['dry-run'] === undefined ? { judge } : {}),
      tally: createTally(terminal),
    }
    return await untilStopRequest(terminal, (stop) => runToEnd(work, stop, terminal))
  } catch (error) {
    throw accountFailure(error)
  }
}

async function runToEnd(work: Redrive, stop: AbortSignal, terminal: Terminal): Promise<number> {
  const { judge, tally } = work
  try {
    await redrive(work, stop)
  } finally {
    terminal.say(`${judge ? 'Judged again' : 'In the queue'}: ${tally.summary()}`)
  }
  if (stop.aborted) return STOPPED
  const unscanned = tally.of(NOT_SCANNED)
  if (unscanned > 0) {
    terminal.complain(
      'Events of objects that were not scanned are still in the queue. Have them scanned with waybill rescan, then run redrive again.',
    )
  }
  if (tally.of(FAILED) > 0) terminal.complain('Events that failed are still in the queue.')
  return tally.of(FAILED) + unscanned > 0 ? 1 : 0
}
