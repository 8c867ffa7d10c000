import { Attempts } from '../fault-proxy/attempts.ts'
import { seededRandom, seedOf } from '../fault-proxy/seeded-random.ts'
import { type HttpRequest, queryOf, readRequest, requestId } from '../message/request.ts'
import { operationName } from '../operations/find-operation.ts'
import { matchesPolicyPattern } from '../policy/policy-condition.ts'
import { checkFaultRules, type FaultRule } from './fault-rule.ts'

/** A rule, and how many requests have got its fault so far. */
export type ActiveFault = FaultRule & { readonly injected: number }

interface Observed {
  readonly operation: string
  readonly bucket: string | undefined
  readonly key: string | undefined
  /** Identifies the request and its attempt, for rules with a chance. */
  readonly identity: string
}

/** The server's rules, and the requests that they hold back. */
export class Faults {
  readonly #initial: readonly FaultRule[]
  #rules: { readonly rule: FaultRule; injected: number }[] = []
  #attempts = new Attempts()
  readonly #stalled = new Set<() => void>()

  /** @throws {TypeError} */
  constructor(rules: readonly FaultRule[]) {
    this.#initial = checkFaultRules(rules)
    this.reset()
  }

  get active(): readonly ActiveFault[] {
    return this.#rules.map(({ rule, injected }) => ({ ...rule, injected }))
  }

  /**
   * Replaces all rules and lets stalled requests continue.
   *
   * @throws {TypeError}
   */
  set(rules: unknown): void {
    this.#rules = checkFaultRules(rules).map((rule) => ({ rule, injected: 0 }))
    this.#attempts = new Attempts()
    for (const release of [...this.#stalled]) release()
  }

  reset(): void {
    this.set(this.#initial)
  }

  /** Returns the first rule that applies to a request, and counts it. */
  choose(http: HttpRequest, domains: readonly string[]): FaultRule | undefined {
    if (this.#rules.length === 0) return undefined
    const request = this.#observe(http, domains)
    const found =
      request && this.#rules.find(({ rule, injected }) => applies(rule, injected, request))
    if (found) found.injected += 1
    return found?.rule
  }

  /**
   * Resolves once the rules are replaced, or `gone` resolves.
   */
  released(gone: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const release = () => {
        this.#stalled.delete(release)
        resolve()
      }
      this.#stalled.add(release)
      void gone.then(release)
    })
  }

  /** Returns `undefined` for a request that S3 cannot read. It gets S3's error. */
  #observe(http: HttpRequest, domains: readonly string[]): Observed | undefined {
    try {
      const request = readRequest(http, domains, requestId())
      const operation = operationName(request)
      const { bucket, key } = request
      const name = `${operation} ${bucket}/${key} ${queryOf(request, 'partNumber') ?? ''}`
      return { operation, bucket, key, identity: `${name} ${this.#attempts.next(name)}` }
    } catch {
      return undefined
    }
  }
}

function applies(rule: FaultRule, injected: number, request: Observed): boolean {
  const { count = Number.POSITIVE_INFINITY, chance = 1, seed = 0 } = rule
  if (injected >= count) return false
  if (!isLike(rule.operation, request.operation)) return false
  if (!isLike(rule.bucket, request.bucket) || !isLike(rule.key, request.key)) return false
  return chance === 1 || seededRandom(seedOf(`${seed} ${request.identity}`)).next() < chance
}

function isLike(pattern: string | undefined, text: string | undefined): boolean {
  if (pattern === undefined) return true
  return text !== undefined && matchesPolicyPattern(pattern, text)
}
