/** AWS credentials. Never send them to a browser. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Required for a role's credentials. It is sent with every signature. */
  readonly sessionToken?: string
  /**
   * When a role's credentials expire. Nothing signed with them is valid for longer. With a session
   * token but no `expiration`, signatures are valid for up to one hour.
   */
  readonly expiration?: Date
}

/**
 * Credentials, or a function that returns the current ones, because a role's credentials change
 * every few hours. You can pass the AWS SDK's credential providers directly.
 */
export type CredentialsProvider = Credentials | (() => Credentials | Promise<Credentials>)
