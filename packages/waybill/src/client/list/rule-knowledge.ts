/**
 * The hints of a list's rule. They never block an upload: without hints, files are uploaded anyway
 * and the signer decides.
 *
 * @module
 */

import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { Effects } from '../effects.ts'
import { loadFailureChunk } from '../send/load-failure-chunk.ts'
import type { UploadDescription } from '../upload/upload-steps.ts'
import { checkFile, hintsOf } from './check-file.ts'

/** Limited because rules may change while a page is open. Browsers cache the response as long. */
const KEPT_MS = 300_000

export interface RuleKnowledgeOptions extends Pick<Effects, 'monotonicMs' | 'wait' | 'online'> {
  readonly rule: string | undefined
  /** Hints that the page already has, used instead of the signer's first response. */
  readonly given: RuleHints | undefined
  /** Requests all rules' hints from the signer. */
  readonly askAll: () => Promise<Readonly<Record<string, RuleHints>>>
  /** Called when there are new hints. */
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

  /** Requests the hints once, and again after a failure or after a few minutes. */
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
   * Whether there is nothing to wait for. Also `true` after a failure, so that the signer is not
   * called again for each file.
   */
  get isSettled(): boolean {
    return this.#isSettled && this.#isFresh()
  }

  /** Ends the wait for hints. */
  settle(): void {
    this.#isSettled = true
  }

  /**
   * @param file - The type must be in lower case, without parameters; empty if unknown.
   * @throws {UploadError} When the rule does not allow the file. Worded like the signer's error.
   */
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
    const { typeOfName } = await loadFailureChunk(this.#options)
    this.#check = ({ name, size, type }) => {
      const known = type || typeOfName(name) || 'application/octet-stream'
      checkFile(hints, known, size)
    }
    this.#hints = hints
    onChange()
    return hints
  }
}
