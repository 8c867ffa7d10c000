/**
 * What a list knows of its rule. It is asked for once and never blocks an upload: without it files
 * are uploaded too, and the signer decides.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { Effects } from '../effects.ts'
import type { UploadDescription } from '../upload/upload-steps.ts'
import { checkFile, hintsOf } from './check-file.ts'

/** As long as a browser caches the response: the rules may change while a page is open. */
const KEPT_MS = 300_000

/** Which rule it is, and who is asked. */
export interface RuleKnowledgeOptions extends Pick<Effects, 'monotonicMs'> {
  readonly rule: string | undefined
  /** Hints that the page already has, in place of the signer's first response. */
  readonly given: RuleHints | undefined
  /** Asks the signer what its rules allow. */
  readonly askAll: () => Promise<Readonly<Record<string, RuleHints>>>
  /** Now there are hints, or others. */
  readonly typeOfName: (name: string) => string
  readonly onChange: () => void
}

/** Asks for the hints of one rule, and checks files by them. */
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

  /** Asks once, and again after a failure or some minutes. */
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
   * Whether there is nothing to wait for. After a failure the signer is not asked for each file.
   */
  get isSettled(): boolean {
    return this.#isSettled && this.#isFresh()
  }

  /** It was waited for. */
  settle(): void {
    this.#isSettled = true
  }

  /**
   * @param file - Its type in lower case, without parameters; empty where it is not known.
   * @throws {UploadError} Why the rule does not allow the file, as the signer would say it.
   */
  check(file: UploadDescription): void {
    this.#check?.(file)
  }

  #isFresh(): boolean {
    return this.#options.monotonicMs() - this.#askedAt <= KEPT_MS
  }

  async #learn(): Promise<RuleHints> {
    const { askAll, rule, typeOfName, onChange } = this.#options
    const given = this.#given
    this.#given = undefined
    const hints = given ?? hintsOf(await askAll(), rule)
    this.#check = ({ name, size, type }) => {
      const known = type || typeOfName(name) || 'application/octet-stream'
      checkFile(hints, known, size)
    }
    this.#hints = hints
    onChange()
    return hints
  }
}
