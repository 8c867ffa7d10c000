import { S3Error } from 'waybill-s3'
import { withReason } from '../message/logged-reason.ts'
import { receivedText } from '../message/received-text.ts'
import type { AuthContext, LocalCredentials } from './identity.ts'

/**
 * Finds a request's key pair before the signature is checked. After that check, `refuseToken`
 * rejects a session token sent with a key pair that has none.
 *
 * @throws {S3Error} `InvalidAccessKeyId`, `InvalidToken`, `ExpiredToken`
 */
export function findCredentials(
  { credentials, now }: AuthContext,
  accessKeyId: string,
  sessionToken: string | undefined,
): LocalCredentials {
  const pair = credentials.find((each) => each.accessKeyId === accessKeyId)
  // S3 treats a role's key pair without its session token as unknown.
  if (!pair || (pair.sessionToken !== undefined && sessionToken === undefined)) {
    const known = credentials.map((each) => each.accessKeyId).join(', ')
    throw withReason(
      new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId }),
      pair
        ? `${accessKeyId} has a session token, but the request has none`
        : `the request is signed with ${receivedText(accessKeyId)}, but this server has ${known}`,
    )
  }
  if (pair.sessionToken !== undefined && pair.sessionToken !== sessionToken) {
    throw new S3Error('InvalidToken')
  }
  if (pair.expiration && pair.expiration <= now()) throw new S3Error('ExpiredToken')
  return pair
}

/**
 * Rejects a session token sent with a key pair that has none. As on S3, this check comes after the
 * signature check: https://github.com/justincormack/argmin
 *
 * @throws {S3Error} `InvalidToken`
 */
export function refuseToken(credentials: LocalCredentials, sessionToken: string | undefined): void {
  if (sessionToken !== undefined && credentials.sessionToken === undefined) {
    throw new S3Error('InvalidToken')
  }
}
