/**
 * Streams that inject faults. They forward bytes as they arrive, buffer at most one chunk, and
 * support backpressure.
 *
 * @module
 */

import { Transform, type TransformCallback } from 'node:stream'

export function countBytes(count: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      count(chunk.length)
      done(null, chunk)
    },
  })
}

/**
 * Forwards `bytes` bytes, then calls `cut` once and forwards nothing more, not even the end of the
 * stream. If the body is shorter, calls `cut` at its end.
 */
export function cutAfter(bytes: number, cut: () => void): Transform {
  let left = bytes
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left < 0) return done()
      if (chunk.length < left) {
        left -= chunk.length
        return done(null, chunk)
      }
      if (left > 0) this.push(chunk.subarray(0, left))
      left = -1
      // Pushed bytes are sent before the next turn of the event loop.
      setImmediate(cut)
      return done()
    },
    flush() {
      // The callback is never called, so that the next stream does not end.
      if (left >= 0) setImmediate(cut)
    },
  })
}

/**
 * Forwards `bytes` bytes, then waits for `gate` before forwarding the rest. If the body is shorter,
 * waits before its end.
 */
export function waitAfter(bytes: number, gate: () => Promise<void>): Transform {
  let left = bytes
  let opened = false
  const open = async (): Promise<void> => {
    if (!opened) await gate()
    opened = true
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      if (opened || chunk.length < left) {
        left -= chunk.length
        return done(null, chunk)
      }
      if (left > 0) this.push(chunk.subarray(0, left))
      const rest = chunk.subarray(left)
      left = 0
      return void open().then(() => done(null, rest), done)
    },
    flush(done) {
      open().then(() => done(), done)
    },
  })
}

/** Flips the lowest bit of byte `at`. */
export function flipByte(at: number): Transform {
  let start = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const index = at - start
      start += chunk.length
      if (index < 0 || index >= chunk.length) return done(null, chunk)
      const copy = Buffer.from(chunk)
      copy[index] = (copy[index] ?? 0) ^ 1
      return done(null, copy)
    },
  })
}

const STEPS = 20

/**
 * Forwards `size` bytes in 20 steps that take `lastsMs` in total, however fast the bytes arrive.
 */
export function trickle(size: number, lastsMs: number): Transform {
  const stepSize = Math.max(1, Math.ceil(size / STEPS))
  let untilPause = stepSize
  const timers = new Set<NodeJS.Timeout>()
  const pass = (stream: Transform, chunk: Buffer, done: TransformCallback): void => {
    if (chunk.length < untilPause) {
      untilPause -= chunk.length
      done(null, chunk)
      return
    }
    stream.push(chunk.subarray(0, untilPause))
    const rest = chunk.subarray(untilPause)
    untilPause = stepSize
    const timer = setTimeout(() => {
      timers.delete(timer)
      pass(stream, rest, done)
    }, lastsMs / STEPS)
    timers.add(timer)
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pass(this, chunk, done)
    },
    destroy(error, done) {
      for (const timer of timers) clearTimeout(timer)
      done(error)
    },
  })
}
