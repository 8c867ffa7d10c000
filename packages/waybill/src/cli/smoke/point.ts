/**
 * One point of the smoke test: what is sent to a deployment, and what must come back.
 *
 * @module
 */

import type { ProbeResult } from '../../storage/probe/probe-result.ts'
import type { Failure, SmokeRun } from './smoke-run.ts'

/** Whether the response is what Waybill expects. */
export type Verdict = 'as expected' | 'differs' | 'not seen'

/** The observation at one point. */
export interface Seen {
  readonly verdict: Verdict
  /** The response, shortened, or why it could not be observed. It holds no secrets. */
  readonly came: string
}

/** A point of the smoke test. */
export interface SmokePoint {
  /** As in docs/operate/smoke-test.md. */
  readonly number: number
  readonly title: string
  /** What is sent. */
  readonly sent: string
  /** What to change when it differs. */
  readonly change: string
  see(run: SmokeRun): Promise<Seen>
}

/** Makes the observation of an expected response. */
export function expected(came: string): Seen {
  return { verdict: 'as expected', came }
}

/** Makes the observation of an unexpected response. */
export function differs(came: string): Seen {
  return { verdict: 'differs', came }
}

/** Makes the observation of a point that could not be tested. */
export function notSeen(came: string): Seen {
  return { verdict: 'not seen', came }
}

/** Reads the result of a store probe as a point: AWS answers `yes` to each. */
export function seenByProbe({ outcome, answer }: ProbeResult): Seen {
  if (outcome === 'unknown') return notSeen(answer)
  return outcome === 'yes' ? expected(answer) : differs(answer)
}

/** Makes the observation of a point whose upload has failed. */
export function seenFailure({ failed, isWrong }: Failure): Seen {
  return isWrong ? differs(failed) : notSeen(failed)
}

/** Joins two observations of one point: the worse verdict counts. */
export function both(...all: readonly Seen[]): Seen {
  const verdicts: readonly Verdict[] = ['differs', 'not seen']
  const verdict = verdicts.find((each) => all.some((seen) => seen.verdict === each))
  return { verdict: verdict ?? 'as expected', came: all.map(({ came }) => came).join('; ') }
}
