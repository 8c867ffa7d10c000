import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import { exchange, type Reply } from './request/raw-request.ts'
import { System, type Target } from './system.ts'

/** The first answer must come within this many milliseconds. */
const REACHED_WITHIN_MS = 5_000

/** @throws {CommandFailure} If the cases cannot be run, with the reason. */
export async function checkTarget(target: Target): Promise<void> {
  const { endpoint, region, credentials } = target
  const system = new System(target, 'none')
  const raw = await system.signed({ path: '/' })
  const reply = await exchange(endpoint, raw, undefined, { withinMs: REACHED_WITHIN_MS }).catch(
    (cause: unknown) => {
      throw new CommandFailure(`${endpoint} cannot be reached: ${messageOf(cause)}`, { cause })
    },
  )
  const { status, code, xml } = reply
  if (status === 200 && xml?.name === 'ListAllMyBucketsResult') return
  // A key pair need not have the right to list all buckets.
  if (status === 403 && code === 'AccessDenied') return
  if (code === 'InvalidAccessKeyId') {
    throw new CommandFailure(
      `${endpoint} does not know the access key ${credentials.accessKeyId}, see --access-key-id`,
    )
  }
  if (code === 'SignatureDoesNotMatch') {
    throw new CommandFailure(
      `${endpoint} refuses the signature: the secret access key does not belong to ${credentials.accessKeyId}, or a proxy changes the request`,
    )
  }
  if (code === 'AuthorizationHeaderMalformed') {
    throw new CommandFailure(`${endpoint} is not in the region ${region}, see --region`)
  }
  if (code !== undefined) {
    throw new CommandFailure(`${endpoint} answers ListBuckets with ${status} ${code}`)
  }
  throw new CommandFailure(`${endpoint} is no S3: it answers ListBuckets with ${kindOf(reply)}`)
}

function kindOf({ status, headers }: Reply): string {
  return `${status} and ${headers['content-type'] ?? 'no content type'}`
}
