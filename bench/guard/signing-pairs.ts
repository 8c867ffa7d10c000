/**
 * Pairs without a network: a presigned POST, URLs of parts, a sealed waybill.
 *
 * @module
 */

import { createCipheriv, createHmac, createSecretKey, hash, randomBytes } from 'node:crypto'
import { createPresigner, partUrl, presignParts } from 'waybill-s3'
import { createSeal } from '../../packages/waybill/src/signer/waybill/seal.ts'
import {
  BUCKET,
  CREDENTIALS,
  EXPIRES_IN_SECONDS,
  KEY,
  nextPartNumber,
  nextSize,
  PLAN,
  REGION,
  TYPE,
  UPLOAD_ID,
} from '../signing/workload.ts'
import { type Pair, repeated } from './pair.ts'

const PLACE = { bucket: BUCKET, region: REGION }
const HMAC_KEY = createSecretKey(Buffer.alloc(32, 1))

function hmac(text: string): string {
  return createHmac('sha256', HMAC_KEY).update(text).digest('hex')
}

const PRESIGNED_POST: Pair = {
  name: 'presigned POST, of one HMAC of its policy',
  async start() {
    const presigner = createPresigner(PLACE)
    const sign = () => {
      const size = nextSize()
      return presigner.presignPost({
        credentials: CREDENTIALS,
        key: KEY,
        fields: { 'Content-Type': TYPE },
        conditions: [['content-length-range', size, size]],
        expiresInSeconds: EXPIRES_IN_SECONDS,
      })
    }
    const { fields } = await sign()
    const { Policy: policy = '' } = fields
    return { bare: repeated(() => hmac(policy)), ours: repeated(sign) }
  },
}

/** Few enough that a batch can be as short as those of the other pairs. */
const WINDOW = 200

const PART_URLS: Pair = {
  name: `URLs of ${WINDOW} parts, of as many SHA-256 and HMAC`,
  async start() {
    const sign = () =>
      presignParts({
        ...PLACE,
        credentials: CREDENTIALS,
        key: KEY,
        uploadId: UPLOAD_ID,
        plan: PLAN,
        from: 1,
        count: WINDOW,
        expiresInSeconds: EXPIRES_IN_SECONDS,
      })
    const url = partUrl(await sign(), 7)
    const bare = () => {
      for (let part = 0; part < WINDOW; part += 1) hmac(hash('sha256', url + nextPartNumber()))
    }
    return { bare: repeated(bare), ours: repeated(sign) }
  },
}

const WAYBILL = {
  rule: 'photo',
  key: KEY,
  owner: 'user-4711',
  id: '0123456789abcdefghijkl',
  size: { min: 2_345_678, max: 2_345_678 },
  metadata: {},
  type: 'image/jpeg',
  name: 'holiday 2026.jpg',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
  strategy: 'post',
  grantedAt: new Date(0),
  expiration: new Date('2026-01-31T12:00:00Z'),
} as const

const SEAL: Pair = {
  name: 'sealed waybill with its code, of one AES-256-GCM and one HMAC',
  async start() {
    const seal = createSeal('seals the waybills of a benchmark and of nothing else', PLACE)
    const ours = async () => seal.present(await seal.seal(WAYBILL))
    const text = await ours()
    const plain = Buffer.from(text).subarray(0, (text.length * 3) / 4)
    const key = createSecretKey(randomBytes(32))
    const iv = randomBytes(12)
    const bare = () => {
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      hmac(text)
    }
    return { bare: repeated(bare), ours: repeated(ours) }
  },
}

/** All pairs without a network. */
export const SIGNING_PAIRS: readonly Pair[] = [PRESIGNED_POST, PART_URLS, SEAL]
