/**
 * Plans that spoil a share of all requests, by a seed. What happens to a request follows from the seed, the request
 * and its attempt, not from the order of arrival, so a run can be repeated although uploads race.
 *
 * @module
 */

import {
  type Fault,
  type FaultKind,
  type FaultPlan,
  type ObservedRequest,
  PASSING_REFUSALS,
} from '../../../packages/strict-s3/src/faults/fault.ts'
import {
  type Random,
  seededRandom,
  seedOf,
} from '../../../packages/strict-s3/src/faults/seeded-random.ts'

export interface SeededPlanOptions {
  readonly seed: number
  /** Requests that are spoiled, of all that have a fault to choose from: 0 to 1. */
  readonly share: number
  /** @default all after which another attempt may succeed, but `slow-request` */
  readonly kinds?: readonly FaultKind[]
  /**
   * Whether requests without a file may stall too: the signer finds that by its clock, in ten seconds.
   * @default false
   */
  readonly stallsEverywhere?: boolean
}

const ALL_KINDS: readonly FaultKind[] = [
  'reset-request',
  'reset-response',
  'lose-response',
  'truncate-response',
  'stall-request',
  'stall-response',
  'flip-byte',
  ...PASSING_REFUSALS,
]

/** The id in a key is another one in each run. */
const RANDOM_ID = /\/[\w-]{22}(?=\/)/

export function seededPlan(options: SeededPlanOptions): FaultPlan {
  const { seed, share, kinds = ALL_KINDS, stallsEverywhere = false } = options
  return (request) => {
    const { operation, partNumber = 0, attempt } = request
    const path = request.path.replace(RANDOM_ID, '')
    const random = seededRandom(seedOf(`${seed} ${operation} ${path} ${partNumber} ${attempt}`))
    if (random.next() >= share) return undefined
    const [first, ...others] = kinds.filter((kind) => {
      return isPossible(kind, request, stallsEverywhere)
    })
    return first && makeFault(random.pick([first, ...others]), request, random)
  }
}

/** Bytes that turn in a form's fields or in XML make another request of it, not a damaged file. */
const FILE_OPERATIONS = new Set(['UploadPart', 'PutObject', 'PostObject'])
const FORM_OVERHEAD = 64 * 1024

function isPossible(kind: FaultKind, request: ObservedRequest, stallsEverywhere: boolean): boolean {
  const { operation, bodySize, method } = request
  // The answer to a HEAD has no room for a code: a clock that is off looks like a key that may not be seen.
  if (kind === 'RequestTimeTooSkewed') return method !== 'HEAD'
  if (/^stall/.test(kind)) return stallsEverywhere || FILE_OPERATIONS.has(operation)
  if (kind === 'flip-byte') return FILE_OPERATIONS.has(operation) && bodySize > FORM_OVERHEAD
  if (kind === 'slow-request') return bodySize > 0
  // Between the signer and S3 there is no network that wants a login.
  if (kind === 'page') return FILE_OPERATIONS.has(operation) || operation.startsWith('POST ')
  // The answer to one of two creations is lost: what it began cannot be known.
  if (kind === 'duplicate-request') return operation !== 'CreateMultipartUpload'
  return true
}

function makeFault(kind: FaultKind, { bodySize }: ObservedRequest, random: Random): Fault {
  const afterBytes = random.integer(0, Math.max(0, bodySize - 1))
  switch (kind) {
    case 'reset-request':
    case 'stall-request':
      return { kind, afterBytes }
    case 'reset-response':
    case 'truncate-response':
      return { kind, afterBytes: random.integer(0, 200) }
    case 'lose-response':
    case 'stall-response':
      return { kind }
    case 'flip-byte':
      return { kind, at: random.integer(FORM_OVERHEAD / 2, bodySize - 1024) }
    case 'duplicate-request':
      return { kind, answered: random.pick(['first', 'second']) }
    case 'late-request':
    case 'late-response':
      return { kind }
    case 'page':
      return { kind, status: random.pick([200, 408, 425, 502]) }
    case 'slow-request':
      return { kind, lastsMs: random.integer(100, 2000) }
    default:
      return { kind, cors: random.next() < 0.5, early: random.next() < 0.5 }
  }
}
