/**
 * The files that one element has: those of its list, those that a form has restored, and which of
 * them were removed a moment ago.
 *
 * @module
 */

import type { AddOptions } from '../client/list/list-options.ts'
import type { InterruptedItem, UploadItem, UploadTotal } from '../client/list/snapshot.ts'
import { totalOf } from '../client/list/totals.ts'
import type { UploadList } from '../client/list/upload-list.ts'
import type { RuleHints } from '../protocol/rule-hints.ts'
import { type ListSettings, listOptions, makeList } from './make-list.ts'
import { Removals } from './removals.ts'

/** All that an element has at one moment. */
export interface Held {
  /** The oldest first, with those that were removed. */
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
  /** The files that were not removed. All further members are about these. */
  readonly kept: readonly UploadItem[]
  readonly total: UploadTotal
  readonly receipts: readonly string[]
  readonly interrupted: readonly InterruptedItem[]
  readonly hints?: RuleHints
}

/** What `HeldFiles` asks of its element. */
export interface HeldFilesOptions {
  readonly settings: ListSettings
  readonly onChange: () => void
  /** Whether pointer or focus are in the element: no removal becomes final meanwhile. */
  readonly isInUse: () => boolean
}

/** The files of one element. */
export class HeldFiles {
  readonly #settings: ListSettings
  readonly #onChange: () => void
  readonly #removals: Removals
  #list: UploadList | undefined
  /** The settings that the list was made with. */
  #madeOf: readonly unknown[] | undefined
  /** The options that the list has. */
  #told: readonly unknown[] = []
  #restored: readonly UploadItem[] = []
  /** Files that a form has submitted: they belong to the application. */
  readonly #submitted = new Set<string>()
  /** Removed for good; the list may still be asking for it. */
  readonly #gone = new Set<string>()

  constructor({ settings, onChange, isInUse }: HeldFilesOptions) {
    this.#settings = settings
    this.#onChange = onChange
    this.#removals = new Removals((id) => void this.#forget(id), isInUse)
  }

  /** Returns the list for the current settings: a new, empty one when they require another. */
  list(): UploadList | undefined {
    const { endpoint, rule, uploader, scope } = this.#settings
    const madeOf = [endpoint, rule, uploader, scope]
    if (!madeOf.every((part, index) => part === this.#madeOf?.[index]) || !this.#madeOf) {
      this.#madeOf = madeOf
      this.empty()
    }
    this.#updateOptions()
    return this.#list
  }

  /** Updates options only when they differ: the list notifies each update, and is then drawn. */
  #updateOptions(): void {
    const { autostart, metadata, prepare, multiple, maxFiles } = this.#settings
    const elsewhere = this.#restored.length - this.#gone.size
    const told = [this.#list, autostart, metadata, prepare, multiple, maxFiles, elsewhere]
    if (told.every((part, index) => part === this.#told[index])) return
    this.#told = told
    this.#list?.update(listOptions(this.#settings, elsewhere))
  }

  /** Removes all files. Uploads under way are aborted, stored files stay stored. */
  empty(): void {
    this.#removals.clear()
    this.#submitted.clear()
    this.#gone.clear()
    this.#restored = []
    this.#list?.destroy()
    this.#list = makeList(this.#settings)
    this.#list?.subscribe(this.#onChange)
    this.#onChange()
  }

  /** Forgets the files that are stored, or those of them whose receipts were sent. */
  clear({ receipts }: { readonly receipts?: readonly string[] } = {}): void {
    const sent = receipts ?? this.read().receipts
    this.#restored = this.#restored.filter(
      ({ completed }) => !sent.includes(completed?.receipt ?? ''),
    )
    this.#list?.clear({ receipts: sent })
    this.#onChange()
  }

  read(): Held {
    const snapshot = this.#list?.getSnapshot()
    const removed = this.#removals.ids
    const others = {
      removed,
      interrupted: snapshot?.interrupted ?? [],
      ...(snapshot?.hints ? { hints: snapshot.hints } : {}),
    }
    // Mostly the element has exactly what the list has: then thousands of files are not copied.
    if (snapshot && this.#restored.length + this.#gone.size + removed.size === 0) {
      const { items, total, receipts } = snapshot
      return { items, kept: items, total, receipts, ...others }
    }
    const all = [...this.#restored, ...(snapshot?.items ?? [])]
    const items = all.filter(({ id }) => !this.#gone.has(id))
    const kept = items.filter(({ id }) => !removed.has(id))
    return {
      items,
      kept,
      total: totalOf(kept, snapshot?.total),
      receipts: kept.flatMap(({ completed }) => completed?.receipt ?? []),
      ...others,
    }
  }

  /**
   * Adds files. One that was interrupted goes on.
   *
   * @returns Their ids.
   * @throws {TypeError} Without a signer to send to.
   */
  add(files: readonly File[], options?: AddOptions): readonly string[] {
    // A file that was replaced cannot be brought back.
    this.#removals.endAll()
    const list = this.list()
    if (!list) throw new TypeError('endpoint is missing: set it, or an uploader, before files come')
    const wanted = this.#settings.multiple ? files : files.slice(0, 1)
    if (!this.#settings.multiple && wanted.length > 0) {
      for (const { id } of this.read().items) void this.#forget(id)
    }
    const open = [...list.getSnapshot().interrupted]
    const ids = wanted.flatMap((file) => {
      const at = open.findIndex((item) => isSame(item, file))
      const [same] = at < 0 ? [] : open.splice(at, 1)
      return (same && list.resumeInterrupted(same.id, file)) ?? list.add([file], options)
    })
    this.#onChange()
    return ids
  }

  /** Goes on with an interrupted upload. */
  goOn(id: string, file?: File): void {
    this.#list?.resumeInterrupted(id, file)
    this.#onChange()
  }

  forgetInterrupted(id: string): void {
    void this.#list?.forgetInterrupted(id)
  }

  /** Asks for what the rule allows, where the signer has not said it. */
  askAgain(): void {
    const list = this.#list
    if (list && !list.getSnapshot().hints) list.hints().catch(() => {}) // uploads work without
  }

  /** Does something to one file or to all, except removed ones. */
  act(action: 'start' | 'pause' | 'resume' | 'abort' | 'retry', id?: string): void {
    for (const item of this.read().kept) {
      const isMeant =
        id === undefined ? action !== 'retry' || item.state === 'failed' : id === item.id
      if (isMeant) this.#list?.[action](item.id)
    }
  }

  /** Puts files back that the form had before the person left the page. */
  restore(items: readonly UploadItem[]): void {
    this.#restored = items
    this.#onChange()
  }

  /** A form has been submitted with the stored files: removing one then deletes nothing. */
  submit(): void {
    for (const { id, completed } of this.read().kept) if (completed) this.#submitted.add(id)
  }

  /** Pauses the upload, so that the file can be brought back. */
  remove(id: string): void {
    if (!this.read().kept.some((item) => item.id === id)) return
    this.#list?.pause(id)
    this.#removals.begin(id)
    this.#onChange()
  }

  undo(id: string): void {
    if (!this.#removals.undo(id)) return
    this.#list?.resume(id)
    this.#onChange()
  }

  /** Ends the time in which removed files can be brought back. */
  endRemovals(): void {
    this.#removals.endAll()
  }

  /** The signer removes what is stored, where the rule has `remove` and no form has taken it. */
  async #forget(id: string): Promise<void> {
    const isOurs = !this.#submitted.has(id)
    this.#gone.add(id)
    this.#restored = this.#restored.filter((item) => item.id !== id)
    this.#onChange()
    const list = this.#list
    // If the signer cannot remove it, the file is still forgotten: the form is sent without it.
    await list?.remove(id, { stored: isOurs ? 'remove' : 'keep' }).catch(() => {
      return list.remove(id, { stored: 'keep' })
    })
    if (list === this.#list) this.#gone.delete(id)
  }
}

/** A file that is chosen again on its own, without its folder, has no path. */
function isSame({ name, path, size }: InterruptedItem, file: File): boolean {
  const { webkitRelativePath } = file
  const isThere = webkitRelativePath === '' || webkitRelativePath === path
  return name === file.name && size === file.size && isThere
}
