/**
 * One point of the smoke test: what is sent to a deployment, and what must come back.
 *
 * @module
 */

import type { ProbeResult } from '../../aws/probe/probe-result.ts'
import type { Failure, SmokeRun } from './smoke-run.ts'

/** How what came back compares with what Waybill is built for. */
export type Verdict = 'as expected' | 'differs' | 'not seen'

/** What came back at one point. */
export interface Seen {
  readonly verdict: Verdict
  /** What came back, shortened, or why it could not be seen. Nothing secret. */
  readonly came: string
}

/** A point of the smoke test. */
export interface SmokePoint {
  /** As in docs/aws.md. */
  readonly number: number
  readonly title: string
  /** What is sent. */
  readonly sent: string
  /** What to change when it differs. */
  readonly change: string
  see(run: SmokeRun): Promise<Seen>
}

/** Says that something came as it must. */
export function expected(came: string): Seen {
  return { verdict: 'as expected', came }
}

/** Says that something else came than it must. */
export function differs(came: string): Seen {
  return { verdict: 'differs', came }
}

/** Says why something could not be seen. */
export function notSeen(came: string): Seen {
  return { verdict: 'not seen', came }
}

/** Reads the result of a store probe as a point: AWS answers `yes` to each. */
export function seenByProbe({ outcome, answer }: ProbeResult): Seen {
  if (outcome === 'unknown') return notSeen(answer)
  return outcome === 'yes' ? expected(answer) : differs(answer)
}

/** Says why an upload through the signer tells nothing of a point. */
export function seenFailure({ failed, isWrong }: Failure): Seen {
  return isWrong ? differs(failed) : notSeen(failed)
}

/** Joins two observations of one point: the worse verdict counts. */
export function both(...all: readonly Seen[]): Seen {
  const verdicts: readonly Verdict[] = ['differs', 'not seen']
  const verdict = verdicts.find((each) => all.some((seen) => seen.verdict === each))
  return { verdict: verdict ?? 'as expected', came: all.map(({ came }) => came).join('; ') }
}
