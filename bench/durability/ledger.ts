/**
 * What a server has acknowledged, and what it holds of that afterwards.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import type { System } from '../../packages/strict-s3/src/conformance/system.ts'
import { inLanes } from '../harness/lanes.ts'

export interface Answer {
  readonly isSuccess: boolean
  /** `500 InternalError`, or why there was no response. */
  readonly text: string
  readonly hasResponse: boolean
}

/**
 * An acknowledged object is `whole`, `lost` (missing, or an older one), `damaged` (bytes or an ETag
 * that are not its own) or `unreadable` (an error). One that was never acknowledged is `partial` if
 * it can be read although nobody sent it like that, and otherwise does not count.
 */
export type Verdict = 'whole' | 'lost' | 'damaged' | 'unreadable' | 'partial' | 'uncounted'

export class Tally {
  readonly #counts = new Map<Verdict, number>()

  add(verdict: Verdict): void {
    this.#counts.set(verdict, (this.#counts.get(verdict) ?? 0) + 1)
  }

  of(...verdicts: readonly Verdict[]): string {
    return String(verdicts.reduce((sum, verdict) => sum + (this.#counts.get(verdict) ?? 0), 0))
  }

  /** `199 of 200` acknowledged objects. */
  get whole(): string {
    return `${this.of('whole')} of ${this.of(...ACKNOWLEDGED)}`
  }
}

export const ACKNOWLEDGED = ['whole', 'lost', 'damaged', 'unreadable'] as const

/** What a key may hold, by SHA-256. */
class Entry {
  state: 'new' | 'acknowledged' | 'counted as wrong' = 'new'
  /** The one that was acknowledged last, and all that were sent since. */
  possible: ReadonlySet<string> = new Set()
  older: ReadonlySet<string> = new Set()
  underWay = 0
  /** Several PUTs overlap, and each of them may be the last. */
  isContested = false

  settle(digest: string): void {
    this.state = 'acknowledged'
    if (this.isContested) return
    this.older = new Set([...this.older, ...this.possible].filter((each) => each !== digest))
    this.possible = new Set([digest])
  }
}

export class Ledger {
  readonly #entries = new Map<string, Entry>()

  get keys(): readonly string[] {
    return [...this.#entries.keys()]
  }

  /** Sends an object of random bytes. */
  async put(system: System, key: string, size: number): Promise<Answer> {
    const body = randomBytes(size)
    const digest = sha256(body)
    const entry = this.#entries.get(key) ?? new Entry()
    this.#entries.set(key, entry)
    entry.possible = new Set([...entry.possible, digest])
    entry.underWay += 1
    entry.isContested ||= entry.underWay > 1
    const answer = await ask(system, { method: 'PUT', key, body })
    entry.underWay -= 1
    if (answer.isSuccess) entry.settle(digest)
    if (entry.underWay === 0) entry.isContested = false
    return answer
  }

  async delete(system: System, key: string): Promise<Answer> {
    this.#entries.delete(key)
    return ask(system, { method: 'DELETE', key })
  }

  async checkAll(system: System, tally: Tally, keys = this.keys): Promise<void> {
    await inLanes(keys, async (key) => tally.add(await this.check(system, key)))
  }

  /** Reads an object. What is wrong counts once, until a new object is acknowledged. */
  async check(system: System, key: string): Promise<Verdict> {
    const entry = this.#entries.get(key)
    if (!entry || entry.state === 'counted as wrong') return 'uncounted'
    const wasAcknowledged = entry.state === 'acknowledged'
    const found = await look(system, key, entry)
    if (found === 'whole') return wasAcknowledged ? 'whole' : 'uncounted'
    if (!wasAcknowledged && found !== 'damaged') return 'uncounted'
    entry.state = 'counted as wrong'
    return wasAcknowledged ? found : 'partial'
  }
}

async function look(
  system: System,
  key: string,
  entry: Entry,
): Promise<'whole' | 'lost' | 'damaged' | 'unreadable'> {
  let reply: Awaited<ReturnType<System['send']>>
  try {
    reply = await system.send(await system.signed({ key }))
  } catch (error) {
    // The body is shorter than its declared length.
    return codeOf(error) === 'ECONNRESET' ? 'damaged' : 'unreadable'
  }
  const { status, headers, body } = reply
  if (status === 404) return 'lost'
  if (status !== 200) return 'unreadable'
  const digest = sha256(body)
  if (entry.older.has(digest)) return 'lost'
  if (!entry.possible.has(digest)) return 'damaged'
  if (headers.etag !== `"${createHash('md5').update(body).digest('hex')}"`) return 'damaged'
  entry.settle(digest)
  return 'whole'
}

export async function ask(
  system: System,
  request: Parameters<System['signed']>[0],
): Promise<Answer> {
  try {
    const { status, code = '' } = await system.send(await system.signed(request))
    return { isSuccess: status < 300, hasResponse: true, text: `${status} ${code}`.trim() }
  } catch (error) {
    const code = codeOf(error)
    const text = code === 'ECONNREFUSED' ? 'no connection' : 'a closed connection'
    const isLate = code === undefined && error instanceof Error
    return { isSuccess: false, hasResponse: false, text: isLate ? error.message : text }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
