/**
 * Reports what became of each file: one line on standard output as soon as it is stored, a summary
 * at the end, and the file of receipts.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommandFailure, fileProblem, usageFailure } from '@waybill/command-line/command-failure'
import { formatSize } from '@waybill/command-line/event-line'
import { printable } from '@waybill/command-line/printable'
import type { Terminal } from '@waybill/command-line/terminal'
import type { UploadError } from 'waybill'
import { fewOf } from './find-files.ts'
import type { StoredFile } from './own-records.ts'
import { formatSeconds } from './progress-lines.ts'

interface Failure {
  readonly code: string
  readonly message: string
}

export class Results {
  readonly #terminal: Terminal
  readonly #isJson: boolean
  readonly #startedAt = performance.now()
  readonly #stored = new Map<string, StoredFile>()
  readonly #failed = new Map<string, Failure>()
  #earlier = 0
  #progress = ''

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal
    this.#isJson = isJson
  }

  get hasFailures(): boolean {
    return this.#failed.size > 0
  }

  stored(label: string, { key, size, receipt }: StoredFile): void {
    this.#stored.set(label, { key, size, ...(receipt === undefined ? {} : { receipt }) })
    this.#print(label)
  }

  storedEarlier(label: string, stored: StoredFile): void {
    this.#stored.set(label, stored)
    this.#earlier += 1
    this.#print(label)
  }

  failed(label: string, failure: Failure): void {
    this.#failed.set(label, failure)
    if (this.#isJson) this.#above(() => this.#sayJson({ path: label, error: failure }))
  }

  note(line: string): void {
    this.#above(() => this.#terminal.note(line))
  }

  /** @param progress - Empty to remove it. */
  show(progress: string): void {
    this.#progress = progress
    this.#terminal.progress(progress)
  }

  /**
   * @param total - Number of files.
   * @throws {CommandFailure} If all files failed for the same reason.
   */
  summarize(total: number, isStopped: boolean): void {
    const { size } = this.#stored
    if (isStopped) {
      const advice = 'Run the same command again to continue.'
      this.note(`Stopped: ${size} of ${countOf(total)} stored. ${advice}`)
      return
    }
    if (size === 0 && this.#reasons.size === 1) {
      const [[reason = ''] = []] = this.#reasons
      const who =
        total === 1 ? `${[...this.#failed.keys()].join()} was not` : `none of ${total} files was`
      throw new CommandFailure(`${who} stored: ${reason}`)
    }
    const seconds = (performance.now() - this.#startedAt) / 1000
    const earlier = this.#earlier > 0 ? `, ${this.#earlier} of them by an earlier run` : ''
    const many = this.hasFailures ? `${size} of ${countOf(total)}` : countOf(total)
    this.note(`${many} stored${earlier} (${formatSeconds(seconds)})`)
    for (const [reason, labels] of this.#reasons) {
      this.note(`failed: ${printable(fewOf(labels))}: ${printable(reason)}`)
    }
  }

  /** The stored files as lines of JSON, in the given order. */
  receiptLines(labels: readonly string[]): string {
    const lines = labels.flatMap((path) => {
      const stored = this.#stored.get(path)
      return stored ? [`${JSON.stringify({ path, ...stored })}\n`] : []
    })
    return lines.join('')
  }

  get #reasons(): ReadonlyMap<string, string[]> {
    const reasons = new Map<string, string[]>()
    for (const [label, { code, message }] of this.#failed) {
      const reason = `${code}: ${message}`
      reasons.set(reason, [...(reasons.get(reason) ?? []), label])
    }
    return reasons
  }

  #print(label: string): void {
    const stored = this.#stored.get(label)
    if (!stored) return
    this.#above(() => {
      if (this.#isJson) return this.#sayJson({ path: label, ...stored })
      const { key, size } = stored
      this.#terminal.say(`${printable(label)}  ${formatSize(size)}  ${printable(key)}`)
    })
  }

  #sayJson(line: object): void {
    this.#terminal.say(JSON.stringify(line))
  }

  #above(print: () => void): void {
    this.#terminal.progress('')
    print()
    this.#terminal.progress(this.#progress)
  }
}

function countOf(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}

/** Words a failure for the user of a command. */
export function failureOf(error: UploadError): Failure {
  const { code, message, cause } = error
  if (code !== 'FILE_UNREADABLE') return { code, message }
  const isSystems = cause instanceof Error && 'syscall' in cause
  if (isSystems) return { code, message: `cannot be read: ${fileProblem(cause)}` }
  return { code, message: 'changed while it was being sent: run the command again' }
}

/** Checks before the first upload whether the file can be written after the last. */
export function checkReceiptsFile(file: string | undefined): void {
  if (file === undefined) return
  try {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats && !stats.isFile()) throw new TypeError('it is not a file')
    accessSync(dirname(file), constants.W_OK)
  } catch (error) {
    throw usageFailure(`--receipts is '${file}', which cannot be written: ${fileProblem(error)}`)
  }
}

/** Replaces the file at once, so that nobody ever reads half of it. */
export function writeReceipts(file: string, lines: string): void {
  const draft = `${file}.${randomUUID()}`
  try {
    writeFileSync(draft, lines, { flush: true })
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new CommandFailure(
      `${file} cannot be written: ${fileProblem(error)}. Run the same command again to write it`,
      { cause: error },
    )
  }
}
