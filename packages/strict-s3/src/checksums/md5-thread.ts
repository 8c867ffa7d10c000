/**
 * The hashing thread, started by `md5-threads.ts`.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { type BodyToHash, type Md5Answer, type Md5Message, SLOT_SIZE } from './md5-message.ts'

parentPort?.on('message', ({ port, ring }: BodyToHash) => {
  const md5 = createHash('md5')
  const answer = (message: Md5Message): Md5Answer => {
    if (message === 'end') return md5.digest('hex')
    md5.update(new Uint8Array(ring, message.slot * SLOT_SIZE, message.length))
    return message.slot
  }
  port.on('message', (message: Md5Message) => port.postMessage(answer(message)))
})
