/**
 * The worker thread that `md5-threads.ts` starts.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import type { BodyToHash, Md5Message } from './md5-threads.ts'

parentPort?.on('message', ({ port, ring, slotSize }: BodyToHash) => {
  const md5 = createHash('md5')
  port.on('message', (message: Md5Message) => {
    if (message === 'end') {
      port.postMessage(md5.digest('hex'))
      return
    }
    md5.update(new Uint8Array(ring, message.slot * slotSize, message.length))
    port.postMessage(message.slot)
  })
})
