/**
 * The cost of an upload.
 *
 * @module
 */

/** The cost of an upload. */
export interface Measurement {
  /** When the call was made, by the clock of the machine in milliseconds. */
  readonly startedAt: number
  /** From the call until the library reports that all files have arrived. */
  readonly ms: number
  /** CPU time of the client: all processes of the browser, or Node. */
  readonly clientCpuMs: number
  /** Bytes of memory at most, above what the client held before; where `/proc` tells it. */
  readonly memory?: number
}
