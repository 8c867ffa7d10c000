/**
 * Sends every case's requests to a server. Each case gets a bucket of its own, which is removed
 * after it.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { CarefulSystem } from './careful-system.ts'
import { type Case, judge } from './case.ts'
import { type RecordedAnswer, recordAnswer, shortened } from './record.ts'
import { removeBucket } from './remove-bucket.ts'
import type { RawRequest, Reply } from './request/raw-request.ts'
import type { Target } from './system.ts'
import { TABLES } from './tables.ts'

export interface RunOptions {
  /** Called before each case. */
  readonly target: () => Target | Promise<Target>
  /**
   * Only cases whose category or title contains this text, in any case.
   *
   * @default all
   */
  readonly only?: string | undefined
  /** Ends the run after the request in flight. The current case's buckets are removed. */
  readonly stopped?: AbortSignal
  /** Ends the request in flight and the removal. */
  readonly late?: AbortSignal
}

export interface CaseResult {
  readonly category: string
  /** Finishes the sentence "S3 …". */
  readonly title: string
  /** The AWS page, or the published observation, that the case follows. */
  readonly see: string
  /** Empty if the server answers as AWS does. */
  readonly differences: readonly string[]
  /** Missing if the request could not be sent. */
  readonly answer?: RecordedAnswer
}

export interface Run {
  readonly results: AsyncGenerator<CaseResult>
  /** The buckets of the current case, and those that could not be removed. */
  readonly buckets: ReadonlySet<string>
}

export function casesOf(only?: string): readonly (readonly [category: string, each: Case])[] {
  const wanted = only?.toLowerCase() ?? ''
  return Object.entries(TABLES).flatMap(([category, cases]) =>
    cases
      .filter((each) => `${category} ${each.title}`.toLowerCase().includes(wanted))
      .map((each) => [category, each] as const),
  )
}

/** @throws A system error from the results if the server cannot be reached any more. */
export function runCases({ target, only, stopped, late }: RunOptions): Run {
  const buckets = new Set<string>()
  const prefix = `conformance-${randomBytes(5).toString('hex')}`
  async function* results(): AsyncGenerator<CaseResult> {
    let number = 0
    for (const [category, each] of casesOf(only)) {
      if (stopped?.aborted) return
      const at = await target()
      number += 1
      const before = new Set(buckets)
      const { title, see } = each
      const options = { made: buckets, stopped, late }
      const judged = await judgeCase(each, new CarefulSystem(at, `${prefix}-${number}`, options))
      const isCut = stopped?.aborted
      for (const bucket of [...buckets].filter((made) => !before.has(made))) {
        if (await removeBucket(at, bucket, late)) buckets.delete(bucket)
      }
      if (isCut) return
      yield { category, title, see, ...judged }
    }
  }
  return { results: results(), buckets }
}

async function judgeCase(each: Case, system: CarefulSystem) {
  let answer: RecordedAnswer | undefined
  const seen = (_: RawRequest, reply: Reply) => {
    answer = recordAnswer(each, system, reply)
  }
  const differences = await system
    .create()
    .then((created) => judge(each, created, seen))
    .catch((error: unknown) => {
      if (isGone(error)) throw error
      return [error instanceof Error ? error.message : String(error)]
    })
  return { differences: differences.map(shortened), ...(answer && { answer }) }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
}
