/**
 * What a probe of a store found out. All probes answer in this form, so that a command can list them.
 *
 * @module
 */

export interface ProbeResult {
  /** `yes`: the store does what was asked about; `unknown`: its answers do not tell. */
  readonly outcome: 'yes' | 'no' | 'unknown'
  /** What the store answered, for people: status and code, nothing of the request. */
  readonly answer: string
}
