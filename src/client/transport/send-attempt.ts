/**
 * One request with bytes over one of the shared connections: waits for its turn, sends, and tells the budget how it
 * went.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import type { Engine } from '../engine.ts'
import { readWhole } from '../hash/read-pieces.ts'
import type { ConnectionOutcome, Requester } from './connection-budget.ts'
import type { SendAnswer, SendRequest } from './send.ts'
import { readStorageAnswer } from './storage-answer.ts'

/** One request through all its attempts. */
export interface Attempts {
  readonly requester: Requester
  readonly signal: AbortSignal
  /** What is read while it is sent. */
  readonly file: Blob
  stalls: number
}

/**
 * @param prepare - Called when there is a connection, so that no signature grows old while it waits for one.
 * @throws {UploadError} What S3 answered, or that it did not.
 */
export async function sendAttempt(
  { budget, send }: Pick<Engine, 'budget' | 'send'>,
  attempts: Attempts,
  prepare: () => Promise<Omit<SendRequest, 'signal' | 'stalls'>>,
): Promise<SendAnswer> {
  const giveBack = await budget.acquire(attempts.requester, attempts.signal)
  let outcome: ConnectionOutcome = 'unused'
  try {
    const { signal, stalls } = attempts
    const request = await prepare()
    const onSent = (bytes: number) => {
      budget.moved()
      request.onSent(bytes)
    }
    const answer = await send({ ...request, onSent, signal, stalls })
    const error = readStorageAnswer(answer)
    if (error) throw error
    outcome = 'succeeded'
    return answer
  } catch (error) {
    if (!(error instanceof UploadError) || attempts.signal.aborted) throw error
    if (error.code === 'STALLED') attempts.stalls += 1
    // A file that cannot be read any more looks like a broken connection.
    if (error.code === 'NETWORK_FAILED') await readWhole(attempts.file.slice(0, 1))
    outcome = outcomeOf(error)
    throw error
  } finally {
    giveBack(outcome)
  }
}

/** A refusal says nothing of the line. */
function outcomeOf({ code }: UploadError): ConnectionOutcome {
  if (code === 'STORAGE_UNAVAILABLE') return 'slow-down'
  return code === 'NETWORK_FAILED' || code === 'STALLED' ? 'failed' : 'unused'
}
