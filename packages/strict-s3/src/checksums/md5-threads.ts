/**
 * Computes the MD5 of large bodies in other threads, because it takes as long as everything else
 * together.
 *
 * @module
 */

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'

/** The first message of a body, sent to the thread. All others go through the port. */
export interface BodyToHash {
  readonly port: MessagePort
  /** The slots, one after another. */
  readonly ring: SharedArrayBuffer
  /** Bytes. */
  readonly slotSize: number
}

/**
 * Tells that a slot is filled, or that the body has ended. The reply is the number of the free
 * slot, or the MD5 in hexadecimal.
 */
export type Md5Message = { readonly slot: number; readonly length: number } | 'end'

/** Bytes. */
const SLOT_SIZE = 256 * 1024
/** Slots of a body: while one is hashed, the next are filled. */
const SLOTS = 4
const MAX_THREADS = 4

interface HashingThread {
  readonly worker: Worker
  bodies: number
}

const threads = new Set<HashingThread>()

/** The MD5 of one body. Always close it, even after an error. */
export class ThreadedMd5 {
  readonly #thread = leastBusyThread()
  readonly #ring = new SharedArrayBuffer(SLOTS * SLOT_SIZE)
  readonly #port: MessagePort
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot)
  readonly #md5 = Promise.withResolvers<string>()
  #given: PromiseWithResolvers<void> | undefined
  /** Set once the thread has ended and returns no more slots. */
  #failure: Error | undefined
  #slot: number | undefined
  #filled = 0

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#md5.promise.catch(() => {}) // the rejection is handled in `end`
    port1.on('message', (answer: number | string) => {
      if (typeof answer === 'number') this.#giveBack(answer)
      else this.#md5.resolve(answer)
    })
    port1.on('close', () => this.#fail())
    const body: BodyToHash = { port: port2, ring: this.#ring, slotSize: SLOT_SIZE }
    this.#thread.worker.postMessage(body, [port2])
    this.#thread.bodies += 1
  }

  /**
   * Adds a chunk. Its buffer may be reused once the returned promise resolves, or at once if there
   * is none.
   */
  update(chunk: Uint8Array): Promise<void> | undefined {
    for (let at = 0; at < chunk.length; ) {
      this.#slot ??= this.#free.pop()
      if (this.#slot === undefined) return this.#resume(chunk.subarray(at))
      const piece = chunk.subarray(at, at + SLOT_SIZE - this.#filled)
      new Uint8Array(this.#ring, this.#slot * SLOT_SIZE + this.#filled).set(piece)
      this.#filled += piece.length
      at += piece.length
      if (this.#filled === SLOT_SIZE) this.#announce(this.#slot)
    }
    return undefined
  }

  /**
   * @returns The MD5 in hexadecimal.
   * @throws {Error} If the thread has ended.
   */
  end(): Promise<string> {
    if (this.#slot !== undefined) this.#announce(this.#slot)
    this.#post('end')
    return this.#md5.promise
  }

  close(): void {
    this.#thread.bodies -= 1
    this.#port.close()
  }

  async #resume(rest: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure
    this.#given = Promise.withResolvers()
    await this.#given.promise
    await this.update(rest)
  }

  #announce(slot: number): void {
    this.#post({ slot, length: this.#filled })
    this.#slot = undefined
    this.#filled = 0
  }

  #giveBack(slot: number): void {
    this.#free.push(slot)
    this.#given?.resolve()
  }

  #fail(): void {
    this.#failure = new Error('the hashing thread has ended')
    this.#md5.reject(this.#failure)
    this.#given?.reject(this.#failure)
  }

  #post(message: Md5Message): void {
    this.#port.postMessage(message)
  }
}

/**
 * Finds the thread with the fewest bodies. There are at most as many threads as cores, less the one
 * that receives.
 */
function leastBusyThread(): HashingThread {
  const [idle] = [...threads].sort((a, b) => a.bodies - b.bodies)
  const most = Math.max(1, Math.min(MAX_THREADS, availableParallelism() - 1))
  if (idle && (idle.bodies === 0 || threads.size >= most)) return idle
  return startThread()
}

function startThread(): HashingThread {
  // Same extension as this file: `.ts` in the source, `.js` when built.
  const file = `./md5-thread${extname(import.meta.url)}`
  const thread = { worker: new Worker(new URL(file, import.meta.url)), bodies: 0 }
  threads.add(thread)
  thread.worker.unref()
  const gone = () => threads.delete(thread)
  once(thread.worker, 'exit').then(gone, gone)
  return thread
}
