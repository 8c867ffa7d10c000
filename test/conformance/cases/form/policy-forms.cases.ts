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
    'takes a form whose field is what the bucket policy demands',
    POLICY,
    ENCRYPTED,
    form({ [ENCRYPTION]: 'AES256' }),
    204,
  ),
  judged(
    'refuses a form that lacks the field that the bucket policy demands',
    POLICY,
    ENCRYPTED,
    form({}),
    403,
  ),
  judged(
    'takes no header for the field of a form',
    POLICY,
    ENCRYPTED,
    async (system) => {
      const raw = await form({})(system)
      return { ...raw, headers: { ...raw.headers, [ENCRYPTION]: 'AES256' } }
    },
    403,
  ),
  judged(
    'takes no parameter for the field of a form',
    POLICY,
    ENCRYPTED,
    async (system) => {
      const raw = await form({})(system)
      return { ...raw, path: `${raw.path}?${ENCRYPTION}=AES256` }
    },
    403,
  ),
]
