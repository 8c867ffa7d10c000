/**
 * ListenBucketEvents: `GET /bucket?events`, an operation that only this server has. The response
 * goes on with one line of JSON for each created object, the event that S3 sends to EventBridge, so
 * that a process of its own can judge arrivals. It needs a signature, as a list of the bucket does.
 *
 * @module
 */

import type { Answer } from '../../message/response.ts'
import { ClientGoneError } from '../../http/send.ts'
import type { ChunkSink } from '../../storage/chunk-sink.ts'
import { bucketOf, type Call, type Service } from '../call.ts'

/** An empty line each time nothing has happened for so long: it tells who is gone. */
const KEEP_ALIVE_MS = 5_000

/** ListenBucketEvents: sends each `Object Created` event of the bucket from now on. */
export function listenBucketEvents(call: Call): Answer {
  const { name } = bucketOf(call)
  return {
    status: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    body: (write) => sendEvents(call.service, name, write),
  }
}

async function sendEvents(service: Service, bucket: string, write: ChunkSink): Promise<void> {
  let waiting = ''
  let wake = () => {}
  const stop = service.onObjectCreated((event) => {
    if (event.detail.bucket.name !== bucket) return
    waiting += `${JSON.stringify(event)}\n`
    wake()
  })
  try {
    for (;;) {
      const lines = waiting === '' ? '\n' : waiting
      waiting = ''
      await write(Buffer.from(lines))
      if (waiting !== '') continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, KEEP_ALIVE_MS).unref()
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  } catch (error) {
    if (!(error instanceof ClientGoneError)) throw error
  } finally {
    stop()
  }
}
