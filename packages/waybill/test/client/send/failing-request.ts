/**
 * A request that fails as a test says, under its clock.
 *
 * @module
 */

import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { UploadError, type UploadErrorCode } from 'waybill'
import type { Effects, UploadEvents } from 'waybill/client'
import { treatCalling, treatSending } from '../../../src/client/error-table.ts'
import { keepTrying } from '../../../src/client/send/keep-trying.ts'
import type { RetryContext, RetryOptions } from '../../../src/client/send/retry-options.ts'
import type { Waits } from '../../../src/client/send/waiting-reason.ts'

interface Given {
  readonly retryForMs?: number
  readonly side?: RetryOptions['side'] | 'none'
  readonly isOnline?: () => boolean
  readonly whenOnline?: Effects['online']['whenOnline']
  /** @param tries - How often it has been tried, this time included. */
  readonly onTry?: (tries: number) => void
}

/** A request that fails with these codes, one after another, and then succeeds. */
export function requestFailing(
  codes: readonly UploadErrorCode[],
  { retryForMs = 60_000, side = 'storage', onTry, ...network }: Given = {},
) {
  const time = virtualTime()
  const effects = { ...time, online: { ...ONLINE, ...network } }
  const retryContext: RetryContext = { effects, retryForMs }
  const triedAt: number[] = []
  const retries: UploadEvents['retry'][] = []
  const told: unknown[] = []
  let signed = 0
  const stop = new AbortController()
  const waits = {
    set: (_: object, waiting: unknown) => told.push(waiting),
    clear: () => told.push(undefined),
  } as unknown as Waits // what trials use of it
  const options: RetryOptions = {
    ...{
      retryContext,
      signal: stop.signal,
      treat: side === 'signer' ? treatCalling : treatSending,
    },
    ...(side === 'none' ? {} : { side }),
    reSign: () => {
      signed += 1
    },
    onRetry: (event) => retries.push(event),
    waits,
  }
  const attempt = async () => {
    const code = codes[triedAt.length]
    triedAt.push(time.monotonicMs())
    onTry?.(triedAt.length)
    return code ? new UploadError(code, `${triedAt.length}`) : { answer: 'done' }
  }
  const ended = () => time.until(keepTrying(options, attempt))
  const given = { options, attempt }
  return { ended, triedAt, retries, told, stop, time, retryContext, given, signed: () => signed }
}

export const times = (count: number, code: UploadErrorCode) =>
  Array.from({ length: count }, () => code)
