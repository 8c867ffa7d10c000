/**
 * Fetches and caches the hints of a list's rule, and checks files against them. Without hints, files
 * are uploaded anyway and the signer decides.
 *
 * @module
 */

import { checkFileSize, checkFileType } from '../../protocol/check-file.ts'
import type { RuleHints } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { loadFailureHandling, warn } from '../send/load-failure-handling.ts'
import type { UploadDescription } from '../upload/engine.ts'

/** Rules may change while a page is open. Browsers cache the response for just as long. */
const KEPT_MS = 300_000

export interface RuleKnowledgeOptions extends Pick<Effects, 'monotonicMs' | 'wait' | 'online'> {
  readonly rule: string | undefined
  /** Hints that the page already has. They replace the first request to the signer. */
  readonly given: RuleHints | undefined
  readonly askAll: () => Promise<Readonly<Record<string, RuleHints>>>
  readonly onChange: () => void
}

export class RuleKnowledge {
  #hints: RuleHints | undefined
  readonly #options: RuleKnowledgeOptions
  #given: RuleHints | undefined
  #check: ((file: UploadDescription) => void) | undefined
  #asked: Promise<RuleHints> | undefined
  #askedAt = Number.NEGATIVE_INFINITY
  #isSettled = false

  constructor(options: RuleKnowledgeOptions) {
    this.#options = options
    this.#given = options.given
  }

  get hints(): RuleHints | undefined {
    return this.#hints
  }

  ask(): Promise<RuleHints> {
    if (!this.#asked || !this.#isFresh()) {
      this.#askedAt = this.#options.monotonicMs()
      this.#isSettled = false
      this.#asked = this.#learn()
      this.#asked.then(
        () => this.settle(),
        () => {
          this.#asked = undefined
          this.settle()
        },
      )
    }
    return this.#asked
  }

  /**
   * Whether files can start without waiting for hints. Also `true` after a failure, so that the
   * signer is not called again for each file.
   */
  get isSettled(): boolean {
    return this.#isSettled && this.#isFresh()
  }

  settle(): void {
    this.#isSettled = true
  }

  /** @param file - Its type must be lower-case and without parameters, or empty if unknown. */
  check(file: UploadDescription): void {
    this.#check?.(file)
  }

  #isFresh(): boolean {
    return this.#options.monotonicMs() - this.#askedAt <= KEPT_MS
  }

  async #learn(): Promise<RuleHints> {
    const { askAll, rule, onChange } = this.#options
    const given = this.#given
    this.#given = undefined
    const hints = given ?? hintsOf(await askAll(), rule)
    const { typeOfName } = await loadFailureHandling(this.#options)
    this.#check = ({ name, size, type }) => {
      const known = type || typeOfName(name) || 'application/octet-stream'
      checkFile(hints, known, size)
    }
    this.#hints = hints
    onChange()
    return hints
  }
}

/**
 * Checks a file as the signer will.
 *
 * @param type - In lower case, without parameters.
 */
function checkFile(hints: RuleHints, type: string, size: number): void {
  try {
    checkFileType(hints.types, type)
    checkFileSize({ min: hints.minSize, max: hints.maxSize }, size)
  } catch (error) {
    if (error instanceof UploadError) warn(error)
    throw error
  }
}

function hintsOf(rules: Readonly<Record<string, RuleHints>>, rule: string | undefined): RuleHints {
  const [first, ...others] = Object.values(rules)
  const only = others.length === 0 ? first : undefined
  const hints = rule === undefined ? only : rules[rule]
  if (hints) return hints
  throw new UploadError(
    'RULE_UNKNOWN',
    `rule is ${rule ?? 'missing'}, expected one of ${Object.keys(rules).join(', ')}`,
  )
}
