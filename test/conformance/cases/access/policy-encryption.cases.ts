/**
 * Bucket policies that want encryption.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { KEY, KEY_ID, kms, SSE } from '../../request/encryption-case.ts'
import { judged, type Statement } from '../../request/policy-case.ts'
import type { System } from '../../system.ts'

/** `test_bucket_policy_put_obj_s3_noenc` and its like. */
const CEPH = 'https://github.com/ceph/s3-tests/blob/HEAD/s3tests/functional/test_s3.py'

const put = (headers: Record<string, string>) => (system: System) =>
  system.signed({ method: 'PUT', key: 'c', body: 'x', headers })

const deny = (Condition: NonNullable<Statement['Condition']>): Statement => ({
  Effect: 'Deny',
  Action: 's3:PutObject',
  Condition,
})

const UNSAID = deny({ Null: { [`s3:${SSE}`]: 'true' } })

const ONLY_KMS = deny({ StringNotEquals: { [`s3:${SSE}`]: 'aws:kms' } })

const ONLY_THIS_KEY = deny({ StringNotEqualsIfExists: { [`s3:${KEY_ID}`]: KEY } })

export const POLICY_ENCRYPTION: readonly Case[] = [
  judged('denies an object without an encryption method', CEPH, UNSAID, put({}), 403),
  judged('allows an object with an encryption method', CEPH, UNSAID, put({ [SSE]: 'AES256' }), 200),
  judged('denies another encryption method', CEPH, ONLY_KMS, put({ [SSE]: 'AES256' }), 403),
  judged(
    'denies an unknown encryption method before it would be refused',
    CEPH,
    ONLY_KMS,
    put({ [SSE]: 'AES192' }),
    403,
  ),
  judged('allows the required encryption method', CEPH, ONLY_KMS, put(kms()), 200),
  judged(
    'denies another key',
    CEPH,
    ONLY_THIS_KEY,
    put(kms({ [KEY_ID]: KEY.replace('1234', '4321') })),
    403,
  ),
  judged('allows the required key', CEPH, ONLY_THIS_KEY, put(kms()), 200),
  judged(
    'denies a form without an encryption method',
    CEPH,
    UNSAID,
    (system) => system.form(),
    403,
  ),
  judged(
    'allows a form with an encryption method',
    CEPH,
    UNSAID,
    (system) => system.form({ fields: { [SSE]: 'AES256' } }),
    204,
  ),
]
