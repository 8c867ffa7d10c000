/**
 * Seals waybills: a compact JWE (`dir`, A256GCM) under a key derived from the signer's secret. The client cannot read
 * it, nobody can change it, and the signer needs no storage of its own.
 *
 * The bucket goes into the derivation: signers of two buckets may share a secret and still refuse each other's waybills.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7516
 * @module
 */

import { MAX_WAYBILL_SIZE, UploadError } from '../../protocol/index.ts'
import type { MaybePromise } from '../../s3/index.ts'
import { type SealingKey, sealingKey } from './sealing-key.ts'
import { formatWaybill, parseWaybill, type Waybill } from './waybill.ts'

export interface Seal {
  /**
   * @returns At most 1,536 characters of base64url and dots.
   * @throws {UploadError} `REQUEST_INVALID` when key, owner and metadata together are too long for that.
   */
  seal(waybill: Waybill): Promise<string>
  /** @throws {UploadError} `WAYBILL_INVALID` when none of the secrets has sealed it. Says nothing of its expiration. */
  open(text: string): Promise<Waybill>
}

/**
 * Random text of at least 32 characters; of several, the first seals and all open, so that a secret can be replaced.
 * What is undefined is left out, as environment variables are; one secret there must be.
 */
export type SealSecret = string | undefined | readonly (string | undefined)[]

const MIN_SECRET_LENGTH = 32

/** @throws {RangeError} When there is no secret, or one is too short. */
export function createSeal(secret: SealSecret, bucket: string): Seal {
  const secrets = readSecrets(secret)
  const [first] = secrets
  const keys = new Map<string, MaybePromise<SealingKey>>()
  const keyOf = (text: string): MaybePromise<SealingKey> => {
    const key = keys.get(text) ?? sealingKey(text, bucket)
    keys.set(text, key)
    return key
  }
  return {
    seal: async (waybill) => sealWith(await keyOf(first), waybill),
    open: async (text) => {
      for (const each of secrets) {
        const plain = await (await keyOf(each)).open(text)
        if (plain !== undefined) return parseWaybill(plain)
      }
      throw new UploadError('WAYBILL_INVALID', 'waybill was not sealed by this signer')
    },
  }
}

/** @returns At least one. */
function readSecrets(given: SealSecret): readonly [string, ...string[]] {
  const [first, ...others] = [given].flat().filter((secret) => secret !== undefined)
  const wanted = `expected at least ${MIN_SECRET_LENGTH} random characters`
  if (first === undefined) {
    throw new RangeError(`secret is missing, ${wanted}, such as openssl rand -hex 32 makes`)
  }
  for (const { length } of [first, ...others]) {
    if (!(length >= MIN_SECRET_LENGTH)) {
      throw new RangeError(`secret is ${length} characters, ${wanted}`)
    }
  }
  return [first, ...others]
}

async function sealWith(key: SealingKey, waybill: Waybill): Promise<string> {
  const sealed = await key.seal(formatWaybill(waybill))
  if (sealed.length > MAX_WAYBILL_SIZE) {
    throw new UploadError(
      'REQUEST_INVALID',
      `waybill is ${sealed.length} bytes, at most ${MAX_WAYBILL_SIZE} fit into object metadata: ` +
        'shorten the metadata, the key or the owner',
    )
  }
  return sealed
}
