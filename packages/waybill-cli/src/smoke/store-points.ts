/**
 * Points about S3's own responses: checksums, completions, forms, CORS. Each runs a store probe
 * against the deployed bucket.
 *
 * @module
 */

import { allowedOrigin } from './bucket-settings.ts'
import {
  both,
  differs,
  expected,
  type Seen,
  type SmokePoint,
  seenByProbe,
  seenFailure,
} from './point.ts'
import { FORM_LIMIT } from './probe/form-probes.ts'
import { storeProbe } from './probe/store-probes.ts'
import { shownReply } from './signer-client.ts'
import type { SmokeRun } from './smoke-run.ts'

export const STORE_POINTS: readonly SmokePoint[] = [
  {
    number: 3,
    title: 'CRC64NVME of a multipart upload',
    sent: `${storeProbe('multipart-checksum').sent}; the same through the signer`,
    change: 'FULL_OBJECT_CHECKSUM in storage/multipart.ts, and wrongChecksum in signer/complete',
    see: async (run) =>
      both(await ask(run, 'multipart-checksum'), await completeThroughSigner(run)),
  },
  {
    number: 4,
    title: 'A form with a wrong SHA-256',
    sent: storeProbe('form-checksum').sent,
    change: 'checksumFields in signer/grant/grant-post.ts, and the code in client/send/remedies.ts',
    see: async (run) => {
      const seen = await ask(run, 'form-checksum')
      const isKnown = seen.verdict !== 'as expected' || seen.came === '400 BadDigest'
      return isKnown ? seen : differs(`${seen.came} where 400 BadDigest is known`)
    },
  },
  {
    number: 5,
    title: 'A second CompleteMultipartUpload during the first',
    sent: storeProbe('complete-twice').sent,
    change: 'ALREADY_DONE in signer/complete/complete-multipart.ts',
    see: (run) => ask(run, 'complete-twice'),
  },
  {
    number: 11,
    title: 'A form below 20 KB',
    sent: storeProbe('form-limit').sent,
    change: 'shorter names and metadata, or a role with a shorter session token',
    see: async (run) => both(await formOfSigner(run), await ask(run, 'form-limit')),
  },
  {
    number: 12,
    title: "CORS headers on S3's refusals",
    sent: storeProbe('cors-refusals').sent,
    change:
      'corsRules in cdk/bucket/upload-bucket.ts; without it the client cannot tell 403 from no response',
    see: async (run) => {
      const origin = run.deployment.origin ?? (await allowedOrigin(run))
      const store = { ...run.store, ...(origin === undefined ? {} : { origin }) }
      return seenByProbe(await storeProbe('cors-refusals').ask(store))
    },
  },
]

async function ask(run: SmokeRun, name: string): Promise<Seen> {
  return seenByProbe(await storeProbe(name).ask(run.store))
}

async function completeThroughSigner(run: SmokeRun): Promise<Seen> {
  const large = await run.large()
  if ('failed' in large) return seenFailure(large)
  const { wrong, completed } = large
  const came = `signer: ${shownReply(wrong)}, then verified by ${completed.verifiedBy}`
  const isRefused = wrong.code === 'CHECKSUM_MISMATCH'
  return isRefused && completed.verifiedBy === 'CRC64NVME' ? expected(came) : differs(came)
}

async function formOfSigner(run: SmokeRun): Promise<Seen> {
  const small = await run.small()
  if ('failed' in small) return seenFailure(small)
  const { formSize, tokenSize } = small
  if (formSize === undefined) return expected('the signer signs no forms')
  // The form contains the token twice: unchanged, and base64-encoded in the policy.
  const room = Math.floor((FORM_LIMIT - formSize) / (1 + 4 / 3))
  const came = `the signer's form has ${formSize} bytes, ${tokenSize} of them a token that may grow by ${room}`
  return formSize <= FORM_LIMIT && room >= 1_000 ? expected(came) : differs(came)
}
