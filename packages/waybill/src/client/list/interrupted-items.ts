import type { UploadSource } from '../file/file-source.ts'
import type { InterruptedUpload } from '../upload/interrupted.ts'
import type { InterruptedItem } from './snapshot.ts'

interface Offered<Result> {
  readonly item: InterruptedItem
  readonly upload: InterruptedUpload<string, Result>
}

export class InterruptedItems<Result> {
  readonly #find: () => Promise<readonly InterruptedUpload<string, Result>[]>
  #offered: readonly Offered<Result>[] = []
  #items: readonly InterruptedItem[] = Object.freeze([])
  #given = 0

  constructor(find: () => Promise<readonly InterruptedUpload<string, Result>[]>) {
    this.#find = find
  }

  get items(): readonly InterruptedItem[] {
    return this.#items
  }

  /**
   * Looks for interrupted uploads again. Uploads that are already offered keep their ids.
   *
   * @returns Whether the items have changed.
   */
  async load(): Promise<boolean> {
    const found = await this.#find()
    const shown = this.#items
    const before = [...shown]
    this.#offer(
      found.map((upload) => {
        const at = before.findIndex((item) => isSame(item, upload))
        const known = at < 0 ? undefined : before.splice(at, 1)[0]
        return { upload, item: known ?? this.#describe(upload) }
      }),
    )
    const isNew =
      this.#items.length !== shown.length || this.#items.some((item, at) => item !== shown[at])
    if (!isNew) this.#items = shown
    return isNew
  }

  /**
   * Stops offering an upload and returns it.
   *
   * @param file - Required if the upload cannot reopen its file.
   * @throws {TypeError} When `file` is required but missing. The upload is then still offered.
   */
  take(id: string, file?: UploadSource): InterruptedUpload<string, Result> | undefined {
    const upload = this.#offered.find(({ item }) => item.id === id)?.upload
    if (upload && !upload.canReopen && file === undefined) {
      throw new TypeError(`file is missing: choose ${upload.name} again`)
    }
    this.#withdraw(id)
    return upload
  }

  async forget(id: string): Promise<void> {
    const upload = this.#offered.find(({ item }) => item.id === id)?.upload
    this.#withdraw(id)
    await upload?.forget()
  }

  #withdraw(id: string): void {
    this.#offer(this.#offered.filter(({ item }) => item.id !== id))
  }

  #offer(offered: readonly Offered<Result>[]): void {
    this.#offered = offered
    this.#items = Object.freeze(offered.map(({ item }) => item))
  }

  #describe(upload: InterruptedUpload): InterruptedItem {
    const { name, path, size, type, sent, updatedAt, canReopen } = upload
    this.#given += 1
    const id = `interrupted-${this.#given}`
    return Object.freeze({
      ...{ id, name, size, type, sent, updatedAt, canReopen },
      ...(path === undefined ? {} : { path }),
    })
  }
}

function isSame(item: InterruptedItem, upload: InterruptedUpload): boolean {
  return (
    item.name === upload.name &&
    item.path === upload.path &&
    item.size === upload.size &&
    item.sent === upload.sent &&
    item.updatedAt.getTime() === upload.updatedAt.getTime()
  )
}
