/**
 * Delays the removal of a file until its last reader has finished.
 *
 * @module
 */

interface Lease {
  readers: number
  remove: (() => Promise<void>) | undefined
}

/** Counts the readers of files. */
export class Leases {
  readonly #byPath = new Map<string, Lease>()

  take(paths: readonly string[]): void {
    for (const path of paths) {
      const lease = this.#byPath.get(path) ?? { readers: 0, remove: undefined }
      lease.readers += 1
      this.#byPath.set(path, lease)
    }
  }

  async release(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const lease = this.#byPath.get(path)
      if (!lease) continue
      lease.readers -= 1
      if (lease.readers > 0) continue
      this.#byPath.delete(path)
      await lease.remove?.()
    }
  }

  /** Runs `remove` now, or after the last reader of `path`. */
  async whenFree(path: string, remove: () => Promise<void>): Promise<void> {
    const lease = this.#byPath.get(path)
    if (lease) lease.remove = remove
    else await remove()
  }
}
