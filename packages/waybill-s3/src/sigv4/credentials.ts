/**
 * AWS credentials. They never leave the server.
 *
 * @module
 */

/** AWS credentials. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Required for a role's credentials. Sent with every signature. */
  readonly sessionToken?: string
  /**
   * When a role's credentials expire. Nothing they sign outlives them. Credentials with a session
   * token but without `expiration` sign for one hour at most.
   */
  readonly expiration?: Date
}

/**
 * Credentials, or a function that returns the current ones, because a role's credentials change
 * every few hours. The AWS SDK's credential providers work as they are.
 */
export type CredentialsProvider = Credentials | (() => Credentials | Promise<Credentials>)
