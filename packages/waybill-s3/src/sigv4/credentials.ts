/**
 * AWS credentials. The user's server provides them, and they never leave it.
 *
 * @module
 */

/** The credentials of AWS that sign a request. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Role credentials have one; it is sent with every signature. */
  readonly sessionToken?: string
  /**
   * When role credentials expire. Whatever they sign expires at that time at the latest.
   * Credentials with a session token but without `expiration` sign for one hour at most.
   */
  readonly expiration?: Date
}

/**
 * Credentials, or a function that returns the current ones: role credentials change every few
 * hours. Providers of the AWS SDK fit as they are.
 */
export type CredentialsProvider = Credentials | (() => Credentials | Promise<Credentials>)
