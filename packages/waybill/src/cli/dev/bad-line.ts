/**
 * A connection to the local S3 that can be made bad, to show how uploads recover: the fault proxy
 * in front of the S3, with a plan for each state. It listens on the loopback address alone.
 *
 * @module
 */

import type { Fault, FaultPlan, ObservedRequest } from 'strict-s3/internal/fault'
import { startFaultProxy } from 'strict-s3/internal/fault-proxy'
import { type Random, seededRandom, seedOf } from 'strict-s3/internal/seeded-random'

/** The states: no faults, faults of a bad mobile network, no connection. */
export const LINE_STATES = ['good', 'bad', 'cut'] as const
/** One of `LINE_STATES`. */
export type LineState = (typeof LINE_STATES)[number]

/** A line to the local S3, and what it does now. */
export interface BadLine {
  /** Origin that leads to the S3 over this line, for example `http://localhost:9000`. */
  readonly endpoint: string
  readonly state: LineState
  /** Changes the state; `cut` ends the connections that are open. */
  set(state: LineState): void
  close(): Promise<void>
}

/** Bytes per second of each connection while the line is bad. */
const BAD_RATE = 4_000_000

/**
 * With this seed a form, and the first and the third of four parts, fail once, so that there is
 * something to see.
 */
const SEED = 85

const SENDS_A_FILE: ReadonlySet<string> = new Set(['PostObject', 'PutObject', 'UploadPart'])

/**
 * Starts the line in the state `good`.
 *
 * @param upstream - Origin of the local S3.
 * @param port - Where the line listens; 0 for any free port.
 */
export async function startBadLine(upstream: string, port: number): Promise<BadLine> {
  const proxy = await startFaultProxy({ upstream, port, isRecording: false })
  let now: LineState = 'good'
  return {
    endpoint: proxy.endpoint.replace('127.0.0.1', 'localhost'),
    get state() {
      return now
    },
    set: (state) => {
      now = state
      proxy.usePlan(state === 'bad' ? badPlan : () => undefined)
      if (state === 'cut') proxy.offline()
      else proxy.online()
    },
    close: () => proxy.close(),
  }
}

/**
 * One request in four that carries bytes of a file fails; the others are slow. What happens follows
 * from the number of the part and how often it has come: each upload meets the same faults.
 */
const badPlan: FaultPlan = (request: ObservedRequest) => {
  const { operation, partNumber, attempt, bodySize } = request
  if (!SENDS_A_FILE.has(operation)) return undefined
  const random = seededRandom(seedOf(`${SEED} ${operation} ${partNumber} ${attempt}`))
  if (random.next() < 0.25) return oneOfTheFaults(random, bodySize)
  return { kind: 'slow-request', lastsMs: (1000 * bodySize) / BAD_RATE }
}

function oneOfTheFaults(random: Random, size: number): Fault {
  const somewhere = random.integer(0, Math.max(0, size - 1))
  return random.pick<Fault>([
    { kind: 'reset-request', afterBytes: somewhere },
    { kind: 'lose-response' },
    { kind: 'flip-byte', at: somewhere },
    { kind: 'SlowDown', cors: true, early: false },
  ])
}
