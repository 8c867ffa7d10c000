/**
 * What one upload cost.
 *
 * @module
 */

export interface Measurement {
  /** From the call to the library's word that all has arrived. */
  readonly ms: number
  /** CPU of the client in that time: the browser with all its processes, or Node. */
  readonly clientCpuMs: number
}
