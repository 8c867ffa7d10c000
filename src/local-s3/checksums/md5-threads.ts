/**
 * The MD5 of large bodies, beside the thread that receives them: it takes as long as everything else together.
 *
 * @module
 */

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { type BodyToHash, type Md5Answer, type Md5Message, SLOT_SIZE } from './md5-message.ts'

/** Of a body: while one is hashed the next are filled. */
const SLOTS = 4
const MAX_THREADS = 4

interface HashingThread {
  readonly worker: Worker
  bodies: number
}

const threads = new Set<HashingThread>()

/** The MD5 of one body. Close it, whatever happens. */
export class ThreadedMd5 {
  readonly #thread = leastBusyThread()
  readonly #ring = new SharedArrayBuffer(SLOTS * SLOT_SIZE)
  readonly #port: MessagePort
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot)
  readonly #md5 = Promise.withResolvers<string>()
  #given: PromiseWithResolvers<void> | undefined
  /** Set when the thread has ended: nothing is given back any more. */
  #failure: Error | undefined
  #slot: number | undefined
  #filled = 0

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#md5.promise.catch(() => {}) // heard in `end`
    port1.on('message', (answer: Md5Answer) => {
      if (typeof answer === 'number') this.#giveBack(answer)
      else this.#md5.resolve(answer)
    })
    port1.on('close', () => this.#fail())
    const body: BodyToHash = { port: port2, ring: this.#ring }
    this.#thread.worker.postMessage(body, [port2])
    this.#thread.bodies += 1
  }

  /** The chunk is the caller's again at once, or when what is returned resolves. */
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

  /** @returns Hex. @throws {Error} When the thread has ended. */
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
    this.#failure = new Error('the thread that hashes has ended')
    this.#md5.reject(this.#failure)
    this.#given?.reject(this.#failure)
  }

  #post(message: Md5Message): void {
    this.#port.postMessage(message)
  }
}

/** Those of one process, and no more than it has cores beside the one that receives. */
function leastBusyThread(): HashingThread {
  const [idle] = [...threads].sort((a, b) => a.bodies - b.bodies)
  const most = Math.max(1, Math.min(MAX_THREADS, availableParallelism() - 1))
  if (idle && (idle.bodies === 0 || threads.size >= most)) return idle
  return startThread()
}

function startThread(): HashingThread {
  // The same kind of file as this one: the source, or what was built of it.
  const file = `./md5-thread${extname(import.meta.url)}`
  const thread = { worker: new Worker(new URL(file, import.meta.url)), bodies: 0 }
  threads.add(thread)
  thread.worker.unref()
  const gone = () => threads.delete(thread)
  once(thread.worker, 'exit').then(gone, gone)
  return thread
}
