/**
 * Forms under a bucket policy: it judges their fields, as it judges the headers of other requests.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { judged, POLICY, type Statement } from '../../request/policy-case.ts'
import type { System } from '../../system.ts'

const ENCRYPTION = 'x-amz-server-side-encryption'

/** AWS's example of a policy that demands a header. */
const ENCRYPTED: Statement = {
  Effect: 'Deny',
  Action: 's3:PutObject',
  Condition: { StringNotEquals: { [`s3:${ENCRYPTION}`]: 'AES256' } },
}

const form = (fields: Record<string, string>) => (system: System) =>
  system.form({ key: 'c', fields })

export const POLICY_FORMS: readonly Case[] = [
  judged(
    'accepts a form with the field that the bucket policy requires',
    POLICY,
    ENCRYPTED,
    form({ [ENCRYPTION]: 'AES256' }),
    204,
  ),
  judged(
    'refuses a form without the field that the bucket policy requires',
    POLICY,
    ENCRYPTED,
    form({}),
    403,
  ),
  judged(
    'does not accept a header instead of a form field',
    POLICY,
    ENCRYPTED,
    async (system) => {
      const raw = await form({})(system)
      return { ...raw, headers: { ...raw.headers, [ENCRYPTION]: 'AES256' } }
    },
    403,
  ),
  judged(
    'does not accept a query parameter instead of a form field',
    POLICY,
    ENCRYPTED,
    async (system) => {
      const raw = await form({})(system)
      return { ...raw, path: `${raw.path}?${ENCRYPTION}=AES256` }
    },
    403,
  ),
]
