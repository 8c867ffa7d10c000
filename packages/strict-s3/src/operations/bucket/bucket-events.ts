/**
 * ListenBucketEvents: `GET /bucket?events`, an operation that only this server has. It notifies
 * other processes of new objects. The response never ends. For each new object, it contains one
 * line of JSON: the event that S3 sends to EventBridge.
 *
 * @module
 */

import type { S3Response } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'

/**
 * If there is no event for this long, an empty line is sent to find out whether the client is still
 * connected.
 */
const KEEP_ALIVE_MS = 5_000

export function listenBucketEvents(call: BucketCall): S3Response {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    body: eventLines(call),
    endless: true,
  }
}

async function* eventLines({ service, bucket: { name } }: BucketCall): AsyncGenerator<Uint8Array> {
  let waiting = ''
  let wake = () => {}
  const stop = service.announcer.onObjectCreated((event) => {
    if (event.detail.bucket.name !== name) return
    waiting += `${JSON.stringify(event)}\n`
    wake()
  })
  try {
    for (;;) {
      const lines = waiting === '' ? '\n' : waiting
      waiting = ''
      yield Buffer.from(lines)
      if (waiting !== '') continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, KEEP_ALIVE_MS).unref()
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  } finally {
    stop()
  }
}
