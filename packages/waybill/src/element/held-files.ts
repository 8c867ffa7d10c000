/**
 * An element's files: those of its list and those that the browser restored with the form, without
 * removed ones.
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

export interface Held {
  /** Oldest first, including removed files that can still be restored. */
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
  /** `items` without removed files. The other members describe these. */
  readonly kept: readonly UploadItem[]
  readonly total: UploadTotal
  readonly receipts: readonly string[]
  readonly interrupted: readonly InterruptedItem[]
  readonly hints?: RuleHints
}

export interface HeldFilesOptions {
  readonly settings: ListSettings
  readonly onChange: () => void
  /** Whether the pointer or the focus is in the element: no removal is final meanwhile. */
  readonly isInUse: () => boolean
}

export class HeldFiles {
  readonly #settings: ListSettings
  readonly #onChange: () => void
  readonly #removals: Removals
  #list: UploadList | undefined
  /** The settings that the list was created with. */
  #madeOf: readonly unknown[] | undefined
  /** The options last passed to the list. */
  #told: readonly unknown[] = []
  #restored: readonly UploadItem[] = []
  /** Files that a form has submitted. They belong to the application: removing them deletes nothing. */
  readonly #submitted = new Set<string>()
  /** Removed for good, though the signer may not have confirmed it yet. */
  readonly #gone = new Set<string>()

  constructor({ settings, onChange, isInUse }: HeldFilesOptions) {
    this.#settings = settings
    this.#onChange = onChange
    this.#removals = new Removals((id) => void this.#forget(id), isInUse)
  }

  /** The list for the current settings: a new, empty one if they require another list. */
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

  /** Passes on options only if they changed: each update notifies listeners, which render. */
  #updateOptions(): void {
    const { autostart, metadata, prepare, multiple, maxFiles } = this.#settings
    const elsewhere = this.#restored.length - this.#gone.size
    const told = [this.#list, autostart, metadata, prepare, multiple, maxFiles, elsewhere]
    if (told.every((part, index) => part === this.#told[index])) return
    this.#told = told
    this.#list?.update(listOptions(this.#settings, elsewhere))
  }

  /** Removes all files and aborts uploads. Stored objects stay. */
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
    // Usually the element has exactly the files of the list. Then do not copy thousands of them.
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
   * Adds files. If one of them was interrupted, its upload is resumed.
   *
   * @returns Their ids.
   * @throws {TypeError} Without `endpoint` and `uploader`.
   */
  add(files: readonly File[], options?: AddOptions): readonly string[] {
    // A file that was replaced cannot be restored.
    this.#removals.endAll()
    const list = this.list()
    if (!list)
      throw new TypeError('endpoint is missing: set endpoint or uploader before files are added')
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

  goOn(id: string, file?: File): void {
    this.#list?.resumeInterrupted(id, file)
    this.#onChange()
  }

  forgetInterrupted(id: string): void {
    void this.#list?.forgetInterrupted(id)
  }

  /** Asks for the rule's hints again if there are none yet. */
  askAgain(): void {
    const list = this.#list
    if (list && !list.getSnapshot().hints) list.hints().catch(() => {}) // uploads work without
  }

  /** Applies to one file, or to all that are not removed. */
  act(action: 'start' | 'pause' | 'resume' | 'abort' | 'retry', id?: string): void {
    for (const item of this.read().kept) {
      const isMeant =
        id === undefined ? action !== 'retry' || item.state === 'failed' : id === item.id
      if (isMeant) this.#list?.[action](item.id)
    }
  }

  /** Restores the files that the form had before the user left the page. */
  restore(items: readonly UploadItem[]): void {
    this.#restored = items
    this.#onChange()
  }

  /** Marks the stored files as submitted with a form. */
  submit(): void {
    for (const { id, completed } of this.read().kept) if (completed) this.#submitted.add(id)
  }

  /** Pauses the upload, so that the file can be restored. */
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

  /** Makes all removals final. */
  endRemovals(): void {
    this.#removals.endAll()
  }

  /** Also deletes the stored object, if the rule has `remove` and no form has submitted it. */
  async #forget(id: string): Promise<void> {
    const isOurs = !this.#submitted.has(id)
    this.#gone.add(id)
    this.#restored = this.#restored.filter((item) => item.id !== id)
    this.#onChange()
    const list = this.#list
    // If the signer cannot delete it, the file still leaves the list: the form goes without it.
    await list?.remove(id, { stored: isOurs ? 'remove' : 'keep' }).catch(() => {
      return list.remove(id, { stored: 'keep' })
    })
    if (list === this.#list) this.#gone.delete(id)
  }
}

/** A file chosen again without its folder has no path. */
function isSame({ name, path, size }: InterruptedItem, file: File): boolean {
  const { webkitRelativePath } = file
  const isThere = webkitRelativePath === '' || webkitRelativePath === path
  return name === file.name && size === file.size && isThere
}
