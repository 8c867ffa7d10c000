/**
 * Progress as a person may trust it: it never runs back, and it is whole only when S3 has confirmed the object.
 *
 * @module
 */

export interface Progress {
  /** Bytes that have left, of those that count; less than `total` until the upload is done. */
  readonly sent: number
  /** Bytes of the file. */
  readonly total: number
  /** 0 to 1, and 1 only when the upload is done. */
  readonly fraction: number
}

export function progressOf(sent: number, total: number, done: boolean): Progress {
  if (done) return { sent: total, total, fraction: 1 }
  const bounded = Math.max(0, Math.min(sent, total - 1))
  return { sent: bounded, total, fraction: total > 0 ? bounded / total : 0 }
}
