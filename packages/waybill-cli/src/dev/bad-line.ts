/**
 * A connection to the local S3 that can be degraded, to show how uploads recover. A fault proxy in
 * front of the S3 applies each state's faults. It listens only on the loopback address.
 *
 * @module
 */

import type { Fault, FaultPlan, ObservedRequest } from 'strict-s3/internal/fault'
import { startFaultProxy } from 'strict-s3/internal/fault-proxy'
import { type Random, seededRandom, seedOf } from 'strict-s3/internal/seeded-random'

/** No faults, the faults of a bad mobile network, or no connection. */
export const LINE_STATES = ['good', 'bad', 'cut'] as const
export type LineState = (typeof LINE_STATES)[number]

export interface BadLine {
  /** The fault proxy's origin, for example `http://localhost:9000`. */
  readonly endpoint: string
  readonly state: LineState
  /** `bad` and `cut` also close open connections, so that requests in progress fail. */
  set(state: LineState): void
  close(): Promise<void>
}

/** Bytes per second on each connection in the state `bad`. */
const BAD_RATE = 4_000_000

/**
 * With this seed, a form fails once, and so do the first and third of four parts, so that there is
 * something to see.
 */
const SEED = 85

const SENDS_A_FILE: ReadonlySet<string> = new Set(['PostObject', 'PutObject', 'UploadPart'])

/**
 * Starts in the state `good`.
 *
 * @param upstream - The local S3's origin.
 * @param port - The port to listen on; 0 picks a free one.
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
      if (state !== 'good') proxy.offline()
      if (state !== 'cut') proxy.online()
    },
    close: () => proxy.close(),
  }
}

/**
 * One in four requests that send a file's bytes fails, and the others are slow. The outcome depends
 * on the part number and the attempt, so each upload meets the same faults.
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
