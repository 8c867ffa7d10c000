/**
 * The result of a probe. All probes return this form, so that a command can list them.
 *
 * @module
 */

/** What a probe of a store has found. */
export interface ProbeResult {
  /** `yes`: the store does what was asked about; `unknown`: its responses do not tell. */
  readonly outcome: 'yes' | 'no' | 'unknown'
  /** Status and error code of the store, for people; nothing of the request. */
  readonly answer: string
}
