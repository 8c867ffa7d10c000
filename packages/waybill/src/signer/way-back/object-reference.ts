/**
 * How an application names a stored object.
 *
 * @module
 */

import { objectKey } from 'waybill-s3'
import { show } from '../../protocol/json-value.ts'

/** A receipt, or the key of an object that the application has kept. */
export type ObjectReference =
  | string
  | {
      readonly key: string
      /** In a bucket with versioning. @default the newest version */
      readonly versionId?: string | undefined
    }

/** A reference by key, checked. */
export interface KeyReference {
  readonly key: string
  readonly versionId?: string
}

/**
 * Reads a reference by key.
 *
 * @returns `undefined` for a receipt, which is any other value.
 * @throws {TypeError} When key or version cannot be one.
 */
export function readKeyReference(reference: unknown): KeyReference | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined
  const key: unknown = Reflect.get(reference, 'key')
  const versionId: unknown = Reflect.get(reference, 'versionId')
  if (typeof key !== 'string') throw new TypeError(`key is ${show(key)}, expected text`)
  if (versionId === undefined) return { key: objectKey(key) }
  if (typeof versionId === 'string' && versionId !== '') return { key: objectKey(key), versionId }
  throw new TypeError(`versionId is ${show(versionId)}, expected text`)
}
