/**
 * AWS credentials as this package passes them around. They are created by the user's server and never leave it.
 *
 * @module
 */

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Present with role credentials; travels with every signature. */
  readonly sessionToken?: string
  /** When role credentials stop working. Nothing signed with them outlives it. */
  readonly expiration?: Date
}

/** Credentials, or a function that answers the current ones (role credentials change every few hours). */
export type CredentialsProvider = Credentials | (() => Credentials | Promise<Credentials>)

/** The instant at which something signed now for `expiresInSeconds` stops working: never after the credentials do. */
export function expirationOf(now: Date, expiresInSeconds: number, credentials: Credentials): Date {
  const wanted = now.getTime() + expiresInSeconds * 1000
  const limit = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY
  return new Date(Math.min(wanted, limit))
}
