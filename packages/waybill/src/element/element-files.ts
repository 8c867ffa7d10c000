/**
 * The files in an element: those in its upload list, and those that the browser restored with the
 * form.
 *
 * @module
 */

import { createUploader } from '../client/create-uploader.ts'
import { createUploadList } from '../client/list/create-upload-list.ts'
import { totalOf } from '../client/list/total-progress.ts'
import {
  type AddOptions,
  type FileMetadata,
  type InterruptedItem,
  isRefused,
  receiptsOf,
  type UploadItem,
  type UploadList,
  type UploadListOptions,
  type UploadTotal,
} from '../client/list/upload-list.ts'
import type { SignerHeaders } from '../client/signer-calls/signer-calls.ts'
import type { TokenOptions } from '../client/signer-calls/token.ts'
import type { Uploader } from '../client/uploader.ts'
import type { RuleHints } from '../protocol/messages.ts'
import { Removals } from './removals.ts'

export const MISSING =
  'endpoint is missing: set it, such as <waybill-upload endpoint="/api/uploads">, or set uploader before files are added'

export interface Held {
  /** Oldest first, including removed files that can still be restored. */
  readonly items: readonly UploadItem[]
  readonly removed: ReadonlySet<string>
  /** `items` without removed files. `total` and `receipts` describe these. */
  readonly kept: readonly UploadItem[]
  readonly total: UploadTotal
  readonly receipts: readonly string[]
  readonly interrupted: readonly InterruptedItem[]
  readonly hints?: RuleHints
}

/** The element's properties that affect uploads. They can change at any time. */
interface ListSettings {
  readonly endpoint: string
  readonly rule: string | undefined
  readonly uploader: Uploader | undefined
  readonly headers: SignerHeaders | undefined
  readonly token: TokenOptions['token']
  readonly tokenUrl: string | undefined
  readonly scope: string | undefined
  readonly metadata: FileMetadata | undefined
  readonly prepare: UploadListOptions['prepare'] | undefined
  readonly autostart: boolean
  readonly verdicts: boolean
  readonly multiple: boolean
  readonly maxFiles: number | undefined
}

interface ElementFilesOptions {
  readonly settings: ListSettings
  readonly onChange: () => void
  /** While this returns `true`, no removal becomes final. */
  readonly isInUse: () => boolean
}

export class ElementFiles {
  readonly #settings: ListSettings
  readonly #onChange: () => void
  readonly #removals: Removals
  #list: UploadList | undefined
  #madeOf: readonly unknown[] | undefined
  #told: readonly unknown[] = []
  #restored: readonly UploadItem[] = []
  /** Files that a form has submitted. They belong to the application and are never deleted. */
  readonly #submitted = new Set<string>()
  /** Files that were removed for good. The signer may not have confirmed it yet. */
  readonly #gone = new Set<string>()

  constructor({ settings, onChange, isInUse }: ElementFilesOptions) {
    this.#settings = settings
    this.#onChange = onChange
    this.#removals = new Removals((id) => void this.#forget(id), isInUse)
  }

  /** If a setting such as `endpoint` has changed, returns a new, empty list. */
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

  /** Skips unchanged options, because each update causes a render. */
  #updateOptions(): void {
    const { autostart, metadata, prepare, verdicts, multiple, maxFiles } = this.#settings
    const elsewhere = this.#restored.length - this.#gone.size
    const told = [
      ...[this.#list, autostart, metadata, prepare, verdicts, multiple, maxFiles],
      elsewhere,
    ]
    if (told.every((part, index) => part === this.#told[index])) return
    this.#told = told
    this.#list?.update(listOptions(this.#settings, elsewhere))
  }

  /** Stored objects are kept. */
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
    this.#restored = this.#restored.filter(
      ({ completed }) => receipts && !receipts.includes(completed?.receipt ?? ''),
    )
    this.#list?.clear(receipts ? { receipts } : {})
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
    // Usually, the element contains exactly the list's files. This avoids copying thousands of
    // them.
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
      receipts: receiptsOf(kept),
      ...others,
    }
  }

  /**
   * Adds files. If a file belongs to an interrupted upload, resumes that upload instead.
   *
   * @throws {TypeError} If neither `endpoint` nor `uploader` is set.
   */
  add(files: readonly File[], options?: AddOptions): readonly string[] {
    // A replaced file cannot be restored, so removals become final.
    this.#removals.endAll()
    const list = this.list()
    if (!list) throw new TypeError(MISSING)
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

  askAgain(): void {
    const list = this.#list
    if (list && !list.getSnapshot().hints) list.hints().catch(() => {}) // hints are optional
  }

  act(action: 'start' | 'pause' | 'resume' | 'abort' | 'retry', id?: string): void {
    for (const item of this.read().kept) {
      const isOfAll = action !== 'retry' || (item.state === 'failed' && !isRefused(item.error))
      if (id === undefined ? isOfAll : id === item.id) this.#list?.[action](item.id)
    }
  }

  restore(items: readonly UploadItem[]): void {
    this.#restored = items
    this.#onChange()
  }

  /** Remembers that a form has submitted the stored files. */
  submit(): void {
    for (const { id, completed } of this.read().kept) if (completed) this.#submitted.add(id)
  }

  /** Only pauses the upload, so that the file can be restored. */
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

  endRemovals(): void {
    this.#removals.endAll()
  }

  /**
   * Removes a file for good. Also deletes the stored object, if the rule has `remove` and no form
   * has submitted the file.
   */
  async #forget(id: string): Promise<void> {
    const isOurs = !this.#submitted.has(id)
    this.#gone.add(id)
    this.#restored = this.#restored.filter((item) => item.id !== id)
    this.#onChange()
    const list = this.#list
    // If the signer cannot delete the object, the file is still removed from the list and the form.
    await list?.remove(id, { stored: isOurs ? 'remove' : 'keep' }).catch(() => {
      return list.remove(id, { stored: 'keep' })
    })
    if (list === this.#list) this.#gone.delete(id)
  }
}

function makeList(settings: ListSettings): UploadList | undefined {
  const { rule } = settings
  const uploader = settings.uploader ?? makeUploader(settings)
  return uploader && createUploadList(uploader, rule === undefined ? {} : { rule })
}

/** Reads `headers` and the token again on each call, because a page can set them later. */
function makeUploader(settings: ListSettings): Uploader | undefined {
  const { endpoint, scope } = settings
  if (endpoint === '') return undefined
  const headers: SignerHeaders = (call) => {
    const { headers: given = {} } = settings
    return typeof given === 'function' ? given(call) : given
  }
  return createUploader({
    endpoint,
    headers,
    get token() {
      const { token } = settings
      return typeof token === 'string' && token ? () => token : token || undefined
    },
    get tokenUrl() {
      return settings.token ? undefined : settings.tokenUrl || undefined
    },
    ...(scope === undefined ? {} : { scope }),
  })
}

/** @param taken - Number of files outside the list that count towards `maxFiles`. */
function listOptions(settings: ListSettings, taken: number): UploadListOptions {
  const { autostart, metadata, prepare, verdicts, multiple, maxFiles } = settings
  return {
    autostart,
    verdicts,
    ...(metadata ? { metadata } : {}),
    ...(prepare ? { prepare } : {}),
    ...(multiple && maxFiles !== undefined ? { maxFiles: Math.max(1, maxFiles - taken) } : {}),
  }
}

/** Compares paths only if the file has one: a file chosen without its folder has none. */
function isSame({ name, path, size }: InterruptedItem, file: File): boolean {
  const { webkitRelativePath } = file
  const isThere = webkitRelativePath === '' || webkitRelativePath === path
  return name === file.name && size === file.size && isThere
}
