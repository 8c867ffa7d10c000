/**
 * Finds the files that the command line names: files, folders and patterns.
 *
 * A link that the user names is followed, also through a pattern. Links inside folders are skipped,
 * because they can lead out of the folder or in circles.
 *
 * @module
 */

import type { Stats } from 'node:fs'
import { glob, readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileProblem, usageFailure } from '@waybill/command-line/command-failure'
import { isSystemFile, openFile, typeOfName } from 'waybill/internal/client'

export interface FoundFile {
  /** As the user would name it, for messages and results. */
  readonly label: string
  /** Absolute. */
  readonly location: string
  /** The path within the named folder, for the signer. Empty for a file that was itself named. */
  readonly path: string
  readonly size: number
  /** When content or attributes last changed. Programs cannot set it back, unlike `mtime`. */
  readonly changedAtMs: number
  readonly file: File
}

export interface Found {
  readonly files: readonly FoundFile[]
  readonly unreadable: readonly { readonly label: string; readonly reason: string }[]
  /** What was left out, and why. */
  readonly notes: readonly string[]
}

/** @throws {CommandFailure} With exit code 2, if an operand cannot be uploaded. */
export async function findFiles(operands: readonly string[]): Promise<Found> {
  const search = new Search()
  for (const operand of operands) {
    for (const place of await placesOf(operand)) await search.add(place)
  }
  return search.found()
}

/** Expands a pattern, for shells that do not. A name that exists is not a pattern. */
async function placesOf(operand: string): Promise<readonly string[]> {
  if (operand === '-') {
    throw usageFailure(
      'standard input cannot be uploaded, because its size must be known first: write it to a file, and name the file',
    )
  }
  const isPattern = /[*?[{]/.test(operand)
  if (!isPattern || (await statIfThere(operand))) return [operand]
  const found: string[] = []
  for await (const place of glob(operand)) found.push(place)
  if (found.length === 0) throw usageFailure(`nothing matches ${operand}`)
  return found.sort()
}

async function statIfThere(place: string): Promise<Stats | undefined> {
  try {
    return await stat(place)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing) return undefined
    throw usageFailure(`${place} cannot be opened: ${fileProblem(error)}`)
  }
}

class Search {
  readonly #files = new Map<string, FoundFile>()
  readonly #unreadable: { label: string; reason: string }[] = []
  readonly #empty: string[] = []
  readonly #hidden: string[] = []
  readonly #links: string[] = []
  readonly #others: string[] = []

  found(): Found {
    const notes = [
      noteOf('hidden or system', this.#hidden),
      noteOf('symbolic link', this.#links, ' (to send what it points to, name it)'),
      noteOf('device, socket or pipe', this.#others),
      this.#empty.length > 0 ? `no files in ${fewOf(this.#empty)}` : '',
    ]
    return {
      files: [...this.#files.values()],
      unreadable: this.#unreadable,
      notes: notes.filter((note) => note !== ''),
    }
  }

  async add(place: string): Promise<void> {
    const stats = await statIfThere(place)
    if (!stats) throw usageFailure(`${place} does not exist`)
    if (stats.isFile()) return this.#addFile(place, '')
    if (!stats.isDirectory()) {
      throw usageFailure(
        `${place} is a device, a socket or a pipe: write its content to a file, and name the file`,
      )
    }
    const before = this.#files.size
    await this.#addFolder(place, basename(resolve(place)))
    if (this.#files.size === before) this.#empty.push(place)
  }

  async #addFolder(place: string, path: string): Promise<void> {
    const entries = await readdir(place, { withFileTypes: true }).catch((error: unknown) => {
      this.#unreadable.push({ label: place, reason: fileProblem(error) })
      return []
    })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const label = join(place, entry.name)
      const below = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.name.startsWith('.') || isSystemFile(entry)) this.#hidden.push(label)
      else if (entry.isSymbolicLink()) this.#links.push(label)
      else if (entry.isDirectory()) await this.#addFolder(label, below)
      else if (entry.isFile()) await this.#addFile(label, below)
      else this.#others.push(label)
    }
  }

  async #addFile(label: string, path: string): Promise<void> {
    const location = resolve(label)
    if (this.#files.has(location)) return
    try {
      const { ctimeMs: changedAtMs } = await stat(location)
      const opened = await openFile(location)
      const { size } = opened
      const file = opened.slice(0, size, typeOfName(opened.name)) as File
      this.#files.set(location, { label, location, path, size, changedAtMs, file })
    } catch (error) {
      this.#unreadable.push({ label, reason: fileProblem(error) })
    }
  }
}

function noteOf(what: string, labels: readonly string[], advice = ''): string {
  return labels.length === 0 ? '' : `skipped (${what}): ${fewOf(labels)}${advice}`
}

const MOST_NAMED = 5

export function fewOf(labels: readonly string[]): string {
  const few = labels.slice(0, MOST_NAMED).join(', ')
  const rest = labels.length - MOST_NAMED
  return rest > 0 ? `${few} and ${rest} more` : few
}
