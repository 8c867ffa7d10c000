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
  /**
   * When role credentials stop working. Nothing signed with them outlives it. With a session token and
   * without this, nothing is signed for longer than an hour.
   */
  readonly expiration?: Date
}

/** Credentials, or a function that answers the current ones (role credentials change every few hours). */
export type CredentialsProvider = Credentials | (() => Credentials | Promise<Credentials>)
