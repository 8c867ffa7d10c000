import type { ObjectRecord } from './records.ts'

export class KeyIndex {
  readonly #versions = new Map<string, readonly ObjectRecord[]>()
  /** Kept sorted, because keys are listed often but rarely added in order. */
  readonly #keys: string[]

  /** Sorting all keys once is much faster than inserting each in its place. */
  constructor(records: readonly ObjectRecord[] = []) {
    for (const record of records) this.#putVersion(record)
    const keys = [...this.#versions.keys()]
    this.#keys = keys.some((key) => SURROGATE.test(key)) ? keys.sort(compareKeys) : keys.sort()
  }

  /** In ascending order of their keys. */
  get records(): readonly ObjectRecord[] {
    return this.#keys.flatMap((key) => this.versionsOf(key))
  }

  get size(): number {
    return this.#keys.length
  }

  /** Newest first. */
  versionsOf(key: string): readonly ObjectRecord[] {
    return this.#versions.get(key) ?? []
  }

  put(record: ObjectRecord): void {
    const isNew = !this.#versions.has(record.key)
    if (isNew) this.#keys.splice(this.#positionOf(record.key), 0, record.key)
    this.#putVersion(record)
  }

  #putVersion(record: ObjectRecord): void {
    const versions = this.#versions.get(record.key)
    if (!versions) {
      this.#versions.set(record.key, [record])
      return
    }
    const others = versions.filter((each) => each.versionId !== record.versionId)
    const newest = [record, ...others].sort((a, b) => b.sequence - a.sequence)
    this.#versions.set(record.key, newest)
  }

  remove(record: ObjectRecord): void {
    const left = this.versionsOf(record.key).filter((each) => each.versionId !== record.versionId)
    if (left.length > 0) {
      this.#versions.set(record.key, left)
    } else if (this.#versions.delete(record.key)) {
      this.#keys.splice(this.#positionOf(record.key), 1)
    }
  }

  /** Yields keys in ascending order, including `from`. Don't change the index while iterating. */
  *keysFrom(from: string): Generator<string> {
    for (let at = this.#positionOf(from); at < this.#keys.length; at += 1) {
      const key = this.#keys[at]
      if (key !== undefined) yield key
    }
  }

  #positionOf(key: string): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.#keys[middle] ?? '', key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

const SURROGATE = /[\ud800-\udfff]/

/**
 * S3 sorts keys by their UTF-8 bytes. JavaScript compares UTF-16 code units, which would sort
 * characters beyond U+FFFF before U+E000.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
