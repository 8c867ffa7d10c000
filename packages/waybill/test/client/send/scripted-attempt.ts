/**
 * One attempt to send bytes, by a function of the test and under its clock.
 *
 * @module
 */

import { getEventListeners } from 'node:events'
import { virtualTime } from '@waybill/test-support/virtual-time'
import type { Effects } from 'waybill/client'
import {
  ConnectionBudget,
  type ConnectionOutcome,
} from '../../../src/client/send/connection-budget.ts'
import { sendAttempt } from '../../../src/client/send/send-attempt.ts'
import type { Send, StorageResponse } from '../../../src/client/send/storage-request.ts'
import { type Flight, Waits } from '../../../src/client/send/waiting.ts'

export const SIZE = 8192
export const STALL_MS = 20_000
export const STORED: StorageResponse = { status: 200, headers: { etag: '"e"' }, text: '' }
/** The attempt begins some time after the clock did. */
const BEGINS_AT_MS = 5_000

export type ScriptedSend = (
  request: Parameters<Send>[0],
  wait: Effects['wait'],
) => Promise<StorageResponse>

interface Given {
  readonly size?: number
  readonly file?: Blob
  readonly stalls?: number
  readonly seesBytes?: boolean
  readonly flight?: Flight
  /** Other requests have all connections. */
  readonly isBusy?: boolean
}

export function attemptWith(
  send: ScriptedSend,
  { size = SIZE, file = new Blob(), stalls = 0, seesBytes = true, flight, isBusy }: Given = {},
) {
  const time = virtualTime()
  const monotonicMs = () => BEGINS_AT_MS + time.monotonicMs()
  const timers: AbortSignal[] = []
  const wait: Effects['wait'] = (ms, signal) => {
    timers.push(signal)
    return time.wait(ms, signal)
  }
  const effects = { ...time, monotonicMs, wait }
  const stop = new AbortController()
  const gone = new AbortController()
  const budget = new ConnectionBudget(6, monotonicMs)
  if (isBusy) {
    for (let taken = 0; taken < budget.limit; taken += 1) {
      void budget.acquire(budget.requester(1), stop.signal)
    }
  }
  const outcomes: ConnectionOutcome[] = []
  const acquire = budget.acquire.bind(budget)
  budget.acquire = async (...requested) => {
    const giveBack = await acquire(...requested)
    return (outcome) => {
      outcomes.push(outcome)
      giveBack(outcome)
    }
  }
  const waited: { readonly reason: string | undefined; readonly atMs: number }[] = []
  const waits = new Waits(effects, stop.signal, (waiting) =>
    waited.push({ reason: waiting?.reason, atMs: time.monotonicMs() }),
  )
  if (flight) waits.begin = () => flight
  const attempts = {
    ...{ requester: budget.requester(size), signal: stop.signal, gone: gone.signal },
    ...{ waits, file, stalls },
  }
  const transport = {
    ...{ seesBytes: () => seesBytes, showsBytes: false, stallMs: STALL_MS },
    send: (request: Parameters<Send>[0]) => send(request, time.wait),
  }
  const sent: { readonly sent: number; readonly confirmed: number }[] = []
  const ended = sendAttempt({ budget, transport, effects }, attempts, async () => ({
    ...{ method: 'PUT', url: 'http://localhost/a', headers: {}, body: new Blob(), size },
    onSent: (bytes, confirmed) => void sent.push({ sent: bytes, confirmed }),
  })).catch((error: unknown) => error)
  return {
    ...{ time, stop, gone, budget, attempts, outcomes, waited, sent },
    /** How it ends: with an answer, or with what it has thrown. */
    end: () => time.until(ended),
    /** What still runs or listens: a timer would hold a process of Node. */
    leftovers: () => [
      ...timers.filter(({ aborted }) => !aborted),
      ...[stop, gone].flatMap(({ signal }) => getEventListeners(signal, 'abort')),
    ],
  }
}
