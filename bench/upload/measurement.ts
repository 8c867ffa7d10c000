/**
 * The cost of an upload.
 *
 * @module
 */

/** The cost of an upload. */
export interface Measurement {
  /** From the call until the library reports that all files have arrived. */
  readonly ms: number
  /** CPU time of the client: all processes of the browser, or Node. */
  readonly clientCpuMs: number
}
