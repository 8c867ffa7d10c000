/**
 * Keys of the client's own (SSE-C). Most cases need HTTPS, because S3 takes no such key without it.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { byDefault, putEncryption } from '../../request/encryption-case.ts'
import { creating, FIVE_MIB } from '../../request/multipart-case.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import type { System } from '../../system.ts'

/** S3's answer. */
const SEEN = 'https://github.com/boto/boto3/issues/982'
const KEYS_SEEN = 'https://github.com/ministackorg/ministack/pull/1439'
const BLOCKED =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html'
const CEPH = 'https://github.com/ceph/s3-tests/blob/HEAD/s3tests/functional/test_s3.py'

const ALGORITHM = 'x-amz-server-side-encryption-customer-algorithm'
const KEY = 'x-amz-server-side-encryption-customer-key'
const KEY_MD5 = 'x-amz-server-side-encryption-customer-key-md5'

const md5 = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('base64')

const keyOf = (letter: string, of = '') => {
  const bytes = Buffer.alloc(32, letter)
  return {
    [`x-amz-${of}server-side-encryption-customer-algorithm`]: 'AES256',
    [`x-amz-${of}server-side-encryption-customer-key`]: bytes.toString('base64'),
    [`x-amz-${of}server-side-encryption-customer-key-md5`]: md5(bytes),
  }
}

const MINE = keyOf('m')
const OTHER = keyOf('o')

const without = (name: string) => {
  const { [name]: _, ...rest }: Record<string, string> = MINE
  return rest
}

const allowed = async (system: System): Promise<void> => {
  const none =
    '<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes>'
  await system.expect(200, await putEncryption(system, byDefault('AES256', '', none)))
}

type Request = (system: System) => Promise<RawRequest>

/** In a bucket that takes such keys. */
const secure = (title: string, request: Request, more: Partial<Case> = {}): Case => ({
  title,
  see: KEYS_SEEN,
  secure: true,
  request: async (system) => {
    await allowed(system)
    return request(system)
  },
  ...more,
})

const put =
  (headers: Record<string, string>): Request =>
  (system) =>
    system.signed({ method: 'PUT', key: system.key, body: 'hello', headers })

/** Asks for an object that is encrypted with `MINE`. */
const get =
  (headers: Record<string, string>, ask: Parameters<System['signed']>[0] = {}): Request =>
  async (system) => {
    await system.put(system.key, 'hello', MINE)
    return system.signed({ key: system.key, headers, ...ask })
  }

const refused = (title: string, request: Request, code: string, message: RegExp, status = 400) =>
  secure(title, request, {
    see: PAGES.recorded('test_s3'),
    status: `${status} ${code}`,
    body: message,
  })

/** S3 always names this header, whichever is wrong. */
const argument = ({ source }: RegExp, value = '') =>
  new RegExp(
    `${source}</Message><ArgumentName>x-amz-server-side-encryption</ArgumentName>${value}<R`,
  )

const WRONG_KEY =
  /Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key\./
const wrongKey = (title: string, request: Request) =>
  refused(title, request, 'AccessDenied', WRONG_KEY, 403)

const TEN_BYTES = Buffer.alloc(10, 'm').toString('base64')

const WRONG_ALGORITHM = argument(
  /The Encryption request you specified is not valid\. Supported value: AES256\./,
  '<ArgumentValue>AES128</ArgumentValue>',
)

const partOf =
  (created: Record<string, string>, sent: Record<string, string>): Request =>
  async (system) => {
    const query = { uploadId: await system.createUpload(created), partNumber: '1' }
    return system.signed({ method: 'PUT', key: system.key, query, body: 'hello', headers: sent })
  }

const copy =
  (headers: Record<string, string>): Request =>
  async (system) => {
    await system.put('source', 'hello', MINE)
    const source = { 'x-amz-copy-source': `${system.bucket}/source` }
    return system.signed({ method: 'PUT', key: system.key, headers: { ...headers, ...source } })
  }

const readsWith = (headers: Record<string, string>) => async (system: System) => {
  const reply = await system.reply({ key: system.key, headers })
  const text = reply.body.toString()
  return text === 'hello' ? undefined : `GET answered ${reply.status}: ${text.slice(0, 200)}`
}

const ECHO = { [ALGORITHM]: 'AES256', [KEY_MD5]: MINE[KEY_MD5] }
const TOLD = { ...ECHO, [KEY]: undefined, 'x-amz-server-side-encryption': undefined }

const WRITES: readonly Case[] = [
  secure('encrypts an object with the key sent', put(MINE), {
    headers: { ...TOLD, etag: /^"(?!5d41402abc4b2a76b9719d911017c592)[0-9a-f]{32}"$/ },
    effect: readsWith(MINE),
  }),
  secure(
    'still checks the MD5 of an object sent with a key',
    put({ ...MINE, 'content-md5': md5('x') }),
    { status: '400 BadDigest', effect: storedNothing },
  ),
  {
    title: 'refuses such keys in a new bucket',
    see: BLOCKED,
    secure: true,
    request: put(MINE),
    status: '403 AccessDenied',
    effect: storedNothing,
  },
  {
    title: 'refuses such keys without HTTPS',
    see: PAGES.errors,
    insecure: true,
    request: async (system) => {
      await allowed(system)
      return put(MINE)(system)
    },
    status: '400 InvalidArgument',
    body: /must be made over a secure connection\./,
    effect: storedNothing,
  },
  ...(
    [
      ['without its algorithm', without(ALGORITHM), /provide a valid encryption algorithm\./],
      ['that is missing', without(KEY), /provide an appropriate secret key\./],
      [
        'without its MD5',
        without(KEY_MD5),
        /provide the client calculated MD5 of the secret key\./,
      ],
      [
        "with another key's MD5",
        { ...MINE, [KEY_MD5]: OTHER[KEY_MD5] ?? '' },
        /The calculated MD5 hash of the key did not match the hash that was provided\./,
      ],
      [
        'of ten bytes',
        { ...MINE, [KEY]: TEN_BYTES },
        /The secret key was invalid for the specified algorithm\./,
      ],
    ] as const
  ).map(([what, headers, message]) =>
    refused(`refuses a key ${what}`, put(headers), 'InvalidArgument', argument(message)),
  ),
  refused(
    'refuses a key for another algorithm',
    put({ ...MINE, [ALGORITHM]: 'AES128' }),
    'InvalidEncryptionAlgorithmError',
    WRONG_ALGORITHM,
  ),
  secure(
    "encrypts a form's file with the key in the form",
    (system) => system.form({ fields: MINE }),
    { status: 204, headers: TOLD, effect: readsWith(MINE) },
  ),
]

const READS: readonly Case[] = [
  secure('returns an object with its key', get(MINE), { headers: TOLD, body: 'hello' }),
  secure("returns an object with its key, without the key's MD5", get(without(KEY_MD5)), {
    headers: TOLD,
    body: 'hello',
  }),
  secure('returns a range of an object with its key', get({ ...MINE, range: 'bytes=1-3' }), {
    status: 206,
    body: 'ell',
  }),
  secure("answers HEAD with the object's key", get(MINE, { method: 'HEAD' }), { headers: TOLD }),
  refused(
    'returns no object without its key',
    get({}),
    'InvalidRequest',
    /The object was stored using a form of Server Side Encryption\. The correct parameters must be provided to retrieve the object\./,
  ),
  secure("refuses HEAD without the object's key", get({}, { method: 'HEAD' }), {
    status: 400,
    body: '',
  }),
  wrongKey('refuses to return an object with another key', get(OTHER)),
  refused(
    'refuses to return an object with its key and another algorithm',
    get({ ...MINE, [ALGORITHM]: 'AES128' }),
    'InvalidEncryptionAlgorithmError',
    WRONG_ALGORITHM,
  ),
  secure('refuses HEAD with another key', get(OTHER, { method: 'HEAD' }), {
    status: 403,
    body: '',
  }),
  wrongKey('returns no object with a key of ten bytes', get({ ...MINE, [KEY]: TEN_BYTES })),
  refused(
    "returns no object with a key and another key's MD5",
    get({ ...MINE, [KEY_MD5]: OTHER[KEY_MD5] ?? '' }),
    'InvalidArgument',
    /The calculated MD5 hash of the key did not match/,
  ),
  secure(
    "returns an object's attributes with its key",
    get({ ...MINE, 'x-amz-object-attributes': 'ObjectSize' }, { query: { attributes: '' } }),
    { see: PAGES.api('GetObjectAttributes'), body: /<ObjectSize>5</ },
  ),
  refused(
    'returns no attributes without the key',
    get({ 'x-amz-object-attributes': 'ObjectSize' }, { query: { attributes: '' } }),
    'InvalidRequest',
    /The object was stored using a form of Server Side Encryption/,
  ),
  secure(
    'still returns an object after the bucket blocks such keys',
    async (system) => {
      await system.put(system.key, 'hello', MINE)
      await system.expect(200, await putEncryption(system, byDefault('AES256')))
      return system.signed({ key: system.key, headers: MINE })
    },
    { see: BLOCKED, body: 'hello' },
  ),
  secure('deletes an object without its key', get({}, { method: 'DELETE' }), { status: 204 }),
]

const COPIED: readonly Case[] = [
  secure('copies an object with its key to one without', copy(keyOf('m', 'copy-source-')), {
    see: PAGES.api('CopyObject'),
    headers: { 'x-amz-server-side-encryption': 'AES256', [KEY_MD5]: undefined },
    effect: readsWith({}),
  }),
  secure(
    'copies an object with its key to one with another',
    copy({ ...keyOf('m', 'copy-source-'), ...OTHER }),
    {
      see: PAGES.api('CopyObject'),
      headers: { [KEY_MD5]: OTHER[KEY_MD5] },
      effect: readsWith(OTHER),
    },
  ),
  refused(
    'refuses to copy an object without its key',
    copy({}),
    'InvalidRequest',
    /The object was stored using a form of Server Side Encryption/,
  ),
  wrongKey('refuses to copy an object with another key', copy(keyOf('o', 'copy-source-'))),
  secure(
    "changes an object's key by copying it onto itself",
    async (system) => {
      await system.put(system.key, 'hello', MINE)
      const headers = {
        ...keyOf('m', 'copy-source-'),
        ...OTHER,
        'x-amz-copy-source': `${system.bucket}/${encodeURIComponent(system.key)}`,
      }
      return system.signed({ method: 'PUT', key: system.key, headers })
    },
    { see: PAGES.api('CopyObject'), effect: readsWith(OTHER) },
  ),
]

const PARTS: readonly Case[] = [
  secure('reports the key with which an upload was created', creating(MINE), {
    see: PAGES.api('CreateMultipartUpload'),
    headers: TOLD,
  }),
  secure("accepts a part with the upload's key", partOf(MINE, MINE), {
    see: PAGES.api('UploadPart'),
    headers: TOLD,
  }),
  refused(
    "refuses a part without the upload's key",
    partOf(MINE, {}),
    'InvalidRequest',
    /The multipart upload initiate requested encryption\. Subsequent part requests must include the appropriate encryption parameters\./,
  ),
  {
    ...refused(
      "refuses a part with a key other than the upload's",
      partOf(MINE, OTHER),
      'InvalidRequest',
      /did not match the ones used originally/,
    ),
    see: `${CEPH} – test_encryption_sse_c_multipart_invalid_chunks_2`,
  },
  secure(
    'computes no checksum for encrypted parts if the upload declares none',
    async (system) => {
      const uploadId = await system.createUpload(MINE)
      const etag = await system.uploadPart(uploadId, 1, 'hello', MINE)
      await system.expect(200, await system.complete(uploadId, [[1, etag]]))
      const headers = { ...MINE, 'x-amz-checksum-mode': 'ENABLED' }
      return system.signed({ method: 'HEAD', key: system.key, headers })
    },
    {
      see: PAGES.recorded('test_s3'),
      headers: { 'x-amz-checksum-crc64nvme': undefined, 'x-amz-checksum-type': undefined },
    },
  ),
  secure(
    'returns a range across two encrypted parts',
    async (system) => {
      const uploadId = await system.createUpload(MINE)
      const list = [
        [1, await system.uploadPart(uploadId, 1, FIVE_MIB, MINE)],
        [2, await system.uploadPart(uploadId, 2, 'last', MINE)],
      ] as const
      await system.expect(200, await system.complete(uploadId, list))
      const from = FIVE_MIB.length - 3
      const headers = { ...MINE, range: `bytes=${from}-${from + 4}` }
      return system.signed({ key: system.key, headers })
    },
    { see: PAGES.api('CompleteMultipartUpload'), status: 206, body: 'xxxla' },
  ),
  secure(
    'copies a part from one key to another',
    async (system) => {
      await system.put('source', 'hello', MINE)
      const uploadId = await system.createUpload(OTHER)
      const headers = {
        ...keyOf('m', 'copy-source-'),
        ...OTHER,
        'x-amz-copy-source': `${system.bucket}/source`,
      }
      const query = { uploadId, partNumber: '1' }
      const ask = { method: 'PUT', key: system.key, query, headers }
      const reply = await system.expectReply(200, ask)
      const etag = /<ETag>(.*?)<\/ETag>/.exec(reply.body.toString())?.[1] ?? ''
      return system.complete(uploadId, [[1, etag]])
    },
    { see: PAGES.api('UploadPartCopy'), effect: readsWith(OTHER) },
  ),
]

const refusal = (title: string, request: Request): Case => ({
  title,
  see: SEEN,
  request: async (system) => {
    await system.put('plain', 'hello')
    return request(system)
  },
  status: '400 InvalidRequest',
})

const NO_KEYS: readonly Case[] = [
  refusal('refuses to return an object that is not encrypted with the key sent', (system) =>
    system.signed({ key: 'plain', headers: MINE }),
  ),
  refusal('refuses to copy an object that is not encrypted with the key sent', (system) =>
    system.signed({
      method: 'PUT',
      key: 'copy',
      headers: { ...keyOf('m', 'copy-source-'), 'x-amz-copy-source': `${system.bucket}/plain` },
    }),
  ),
  {
    title: 'refuses HEAD for an object that is not encrypted with the key sent',
    see: PAGES.api('HeadObject'),
    request: async (system) => {
      await system.put(system.key, 'hello')
      return system.signed({ method: 'HEAD', key: system.key, headers: MINE })
    },
    status: 400,
  },
  {
    title: 'refuses a part with a key that the upload was not created with',
    see: PAGES.recorded('test_s3'),
    request: partOf({}, MINE),
    status: '400 InvalidRequest',
    body: /The multipart upload initiate requested encryption\. Subsequent part requests must/,
    effect: storedNothing,
  },
]

export const CUSTOMER_KEYS: readonly Case[] = [...NO_KEYS, ...WRITES, ...READS, ...COPIED, ...PARTS]
