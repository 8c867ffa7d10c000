import type { ProbeResult } from 'waybill/internal/storage'
import type { Failure, SmokeRun } from './smoke-run.ts'

export type PointVerdict = 'as expected' | 'differs' | 'not seen'

export interface Seen {
  readonly verdict: PointVerdict
  /** A short form of the response, or why it was not observed. Contains no secrets. */
  readonly came: string
}

export interface SmokePoint {
  /** The number in docs/operate/smoke-test.md. */
  readonly number: number
  readonly title: string
  readonly sent: string
  readonly change: string
  see(run: SmokeRun): Promise<Seen>
}

export function expected(came: string): Seen {
  return { verdict: 'as expected', came }
}

export function differs(came: string): Seen {
  return { verdict: 'differs', came }
}

export function notSeen(came: string): Seen {
  return { verdict: 'not seen', came }
}

/** On AWS, every probe is expected to return `yes`. */
export function seenByProbe({ outcome, answer }: ProbeResult): Seen {
  if (outcome === 'unknown') return notSeen(answer)
  return outcome === 'yes' ? expected(answer) : differs(answer)
}

export function seenFailure({ failed, isWrong }: Failure): Seen {
  return isWrong ? differs(failed) : notSeen(failed)
}

/** Combines a point's observations. The worst verdict counts. */
export function both(...all: readonly Seen[]): Seen {
  const verdicts: readonly PointVerdict[] = ['differs', 'not seen']
  const verdict = verdicts.find((each) => all.some((seen) => seen.verdict === each))
  return { verdict: verdict ?? 'as expected', came: all.map(({ came }) => came).join('; ') }
}
