/**
 * One point of the smoke test: what is sent to a deployment, and the response it must give.
 *
 * @module
 */

import type { ProbeResult } from '../../storage/probe/store-probe.ts'
import type { Failure, SmokeRun } from './smoke-run.ts'

/** Whether the response is what Waybill expects. */
export type PointVerdict = 'as expected' | 'differs' | 'not seen'

/** The observation at one point. */
export interface Seen {
  readonly verdict: PointVerdict
  /** The response, shortened, or why it could not be observed. Contains no secrets. */
  readonly came: string
}

export interface SmokePoint {
  /** As in docs/operate/smoke-test.md. */
  readonly number: number
  readonly title: string
  /** What is sent. */
  readonly sent: string
  /** What to change if the response differs. */
  readonly change: string
  see(run: SmokeRun): Promise<Seen>
}

/** Records an expected response. */
export function expected(came: string): Seen {
  return { verdict: 'as expected', came }
}

/** Records an unexpected response. */
export function differs(came: string): Seen {
  return { verdict: 'differs', came }
}

/** Records that a point could not be tested. */
export function notSeen(came: string): Seen {
  return { verdict: 'not seen', came }
}

/** Converts the result of a store probe: AWS answers `yes` to each. */
export function seenByProbe({ outcome, answer }: ProbeResult): Seen {
  if (outcome === 'unknown') return notSeen(answer)
  return outcome === 'yes' ? expected(answer) : differs(answer)
}

/** Records a point whose upload failed. */
export function seenFailure({ failed, isWrong }: Failure): Seen {
  return isWrong ? differs(failed) : notSeen(failed)
}

/** Combines the observations of one point: the worst verdict counts. */
export function both(...all: readonly Seen[]): Seen {
  const verdicts: readonly PointVerdict[] = ['differs', 'not seen']
  const verdict = verdicts.find((each) => all.some((seen) => seen.verdict === each))
  return { verdict: verdict ?? 'as expected', came: all.map(({ came }) => came).join('; ') }
}
