/**
 * Computes the MD5 of large bodies in worker threads, because MD5 takes as long as all other
 * processing of a body together.
 *
 * @module
 */

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'

/** The first message about a body. All further messages about it go through `port`. */
export interface BodyToHash {
  readonly port: MessagePort
  readonly ring: SharedArrayBuffer
  /** In bytes. */
  readonly slotSize: number
}

/**
 * Announces a full slot or the end of the body. The thread replies with the slot's number once the
 * slot is free again, or with the MD5 in hexadecimal.
 */
export type Md5Message = { readonly slot: number; readonly length: number } | 'end'

/** In bytes. */
const SLOT_SIZE = 256 * 1024
/** The number of slots per body. While the thread hashes one slot, the next ones are filled. */
const SLOTS = 4
const MAX_THREADS = 4

interface HashingThread {
  readonly worker: Worker
  bodies: number
}

const threads = new Set<HashingThread>()

/** Always call `close`, even after an error. */
export class ThreadedMd5 {
  readonly #thread = leastBusyThread()
  readonly #ring = new SharedArrayBuffer(SLOTS * SLOT_SIZE)
  readonly #port: MessagePort
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot)
  readonly #md5 = Promise.withResolvers<string>()
  #given: PromiseWithResolvers<void> | undefined
  /** Set once the thread has ended. From then on, no slot becomes free. */
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
   * You can reuse the chunk's buffer once the returned promise resolves, or immediately if no
   * promise is returned.
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
 * Reuses the least busy thread. If all are busy, starts another one, but leaves one core for the
 * main thread.
 */
function leastBusyThread(): HashingThread {
  const [idle] = [...threads].sort((a, b) => a.bodies - b.bodies)
  const most = Math.max(1, Math.min(MAX_THREADS, availableParallelism() - 1))
  if (idle && (idle.bodies === 0 || threads.size >= most)) return idle
  return startThread()
}

function startThread(): HashingThread {
  // In the source, this file and the thread's file end in `.ts`. In the build, both end in `.js`.
  const file = `./md5-thread${extname(import.meta.url)}`
  const thread = { worker: new Worker(new URL(file, import.meta.url)), bodies: 0 }
  threads.add(thread)
  thread.worker.unref()
  const gone = () => threads.delete(thread)
  once(thread.worker, 'exit').then(gone, gone)
  return thread
}
