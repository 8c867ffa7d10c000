/**
 * Rules that say which requests get which fault, their validation, and the server's current rules.
 *
 * @module
 */

import { nearest } from '@waybill/command-line/nearest'
import { receivedText } from '../message/refusal.ts'
import { type HttpRequest, queryOf, readRequest, requestId } from '../message/request.ts'
import { operationName } from '../operations/find-operation.ts'
import { OPERATIONS } from '../operations/operation-table.ts'
import { matchesPolicyPattern } from '../policy/policy-condition.ts'
import { Attempts, type Refusal, type ServerFault } from './fault.ts'
import { seededRandom, seedOf } from './seeded-random.ts'

/** In `operation`, `bucket` and `key`, `*` stands for any text and `?` for any character. */
interface FaultMatch {
  /** S3's name for the operation, for example `PutObject`. A preflight request is `Preflight`. */
  readonly operation?: string
  readonly bucket?: string
  /** Decoded. The key of a POST form is in its body, so such a rule never applies to forms. */
  readonly key?: string
  /**
   * How many of the requests get the fault. After that, the rule no longer applies.
   *
   * @default all
   */
  readonly count?: number
  /**
   * The probability that a request gets the fault, from 0 to 1.
   *
   * @default 1
   */
  readonly chance?: number
  /**
   * Any whole number. With the same seed, the same requests get the fault, in whatever order they
   * arrive.
   *
   * @default 0
   */
  readonly seed?: number
}

/** A fault and the requests that get it. Without any condition, every request does. */
export type FaultRule = ServerFault & FaultMatch

type Check = readonly [holds: (value: unknown) => boolean, expected: string]

const WHOLE: Check = [(value) => isWhole(value) && value >= 0, 'a whole number, at least 0']
/** The longest time that a timer can wait. */
const MAX_MS = 2 ** 31 - 1
const TIME: Check = [
  (value) => isWhole(value) && value >= 0 && value <= MAX_MS,
  `a whole number of milliseconds from 0 to ${MAX_MS}`,
]
const TEN_YEARS_MS = 10 * 365 * 24 * 60 * 60 * 1000
const SKEW: Check = [
  (value) => isWhole(value) && Math.abs(value) <= TEN_YEARS_MS,
  'a whole number of milliseconds, at most ten years',
]
const TEXT: Check = [(value) => typeof value === 'string' && value !== '', 'a text']

const EARLY = { early: [(value: unknown) => typeof value === 'boolean', 'true or false'] } as const
const AFTER = { afterBytes: WHOLE }

type Properties = Readonly<Record<string, Check>>

/** Each fault's own properties. All except `early` and `afterBytes` are required. */
const FAULTS: Readonly<Record<ServerFault['kind'], Properties>> = {
  ...refusals(),
  delay: { delayMs: TIME },
  'skew-clock': { skewMs: SKEW },
  'slow-request': { lastsMs: TIME },
  'reset-request': AFTER,
  'reset-response': AFTER,
  'lose-response': {},
  'truncate-response': AFTER,
  'stall-request': AFTER,
  'stall-response': {},
  'flip-byte': { at: WHOLE },
}

function refusals(): Record<Refusal, Properties> {
  return {
    SlowDown: EARLY,
    InternalError: EARLY,
    RequestTimeTooSkewed: EARLY,
    ExpiredToken: EARLY,
    AccessDenied: EARLY,
    NotImplemented: EARLY,
  }
}

const MATCH: Properties = {
  operation: [
    (value) => typeof value === 'string' && operationsLike(value),
    'the name of an S3 operation such as PutObject, or a pattern such as *MultipartUpload',
  ],
  bucket: TEXT,
  key: TEXT,
  count: [(value) => isWhole(value) && value >= 1, 'a whole number, at least 1'],
  chance: [
    (value) => typeof value === 'number' && value >= 0 && value <= 1,
    'a number from 0 to 1',
  ],
  seed: [isWhole, 'a whole number'],
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function operationsLike(pattern: string): boolean {
  return [...Object.keys(OPERATIONS), 'Preflight'].some((each) =>
    matchesPolicyPattern(pattern, each),
  )
}

/** @throws {TypeError} If `given` is not a list of rules. The message names the wrong property. */
export function checkFaultRules(given: unknown): readonly FaultRule[] {
  if (!Array.isArray(given))
    throw new TypeError(`faults is ${receivedText(given)}, expected a list`)
  return given.map((each: unknown, index) => checkRule(each, `faults[${index}]`))
}

function checkRule(given: unknown, at: string): FaultRule {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${at} is ${receivedText(given)}, expected an object with a kind`)
  }
  // Copied, because the caller could change the object later.
  const rule: Record<string, unknown> = { ...given }
  const own = Object.entries(FAULTS).find(([kind]) => kind === rule.kind)?.[1]
  if (!own) {
    const kinds = Object.keys(FAULTS)
    const meant = typeof rule.kind === 'string' ? nearest(rule.kind, kinds) : undefined
    const expected = meant ? `did you mean '${meant}'?` : `expected one of ${kinds.join(', ')}`
    throw new TypeError(`${at}.kind is ${receivedText(rule.kind)}, ${expected}`)
  }
  const properties = { ...own, ...MATCH }
  for (const name of Object.keys(rule)) {
    if (name === 'kind' || Object.hasOwn(properties, name)) continue
    const known = Object.keys(properties).join(', ')
    throw new TypeError(`${at} has a property ${receivedText(name)}, ${rule.kind} takes ${known}`)
  }
  for (const [name, [holds, expected]] of Object.entries(properties)) {
    const isOptional = Object.hasOwn(MATCH, name) || name === 'early' || name === 'afterBytes'
    if (rule[name] === undefined && isOptional) continue
    if (holds(rule[name])) continue
    throw new TypeError(`${at}.${name} is ${receivedText(rule[name])}, expected ${expected}`)
  }
  if (isChecked(rule)) return rule
  throw new TypeError(`${at} is not a fault`)
}

function isChecked(rule: object): rule is FaultRule {
  return 'kind' in rule
}

/**
 * Reads rules from one line of text, as in `--faults`: rules are separated by semicolons, and a
 * rule's properties by commas. For example `SlowDown,operation=PutObject,count=2; delay,delayMs=200`.
 *
 * @throws {TypeError} As `checkFaultRules`.
 */
export function parseFaultRules(text: string): readonly FaultRule[] {
  const rules = text.split(';').filter((each) => each.trim() !== '')
  return checkFaultRules(rules.map(parseRule))
}

function parseRule(text: string): object {
  const [kind = '', ...pairs] = text.split(',').map((each) => each.trim())
  const properties = pairs.map((pair): readonly [string, unknown] => {
    const equals = pair.indexOf('=')
    if (equals < 0) throw new TypeError(`'${pair}' is not a property, expected name=value`)
    const [name, value] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
    return [name, TEXTS.has(name) ? value : parsedValue(value)]
  })
  return { kind, ...Object.fromEntries(properties) }
}

const TEXTS = new Set(['operation', 'bucket', 'key'])

function parsedValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

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
