/**
 * ListenBucketEvents: `GET /bucket?events`, an operation that only this server has. It lets another
 * process check arrived objects. The response never ends, and has one line of JSON for each created
 * object: the event that S3 sends to EventBridge. The request must be signed, as for listing the
 * bucket.
 *
 * @module
 */

import type { S3Response } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'

/**
 * After this time without an event, an empty line is sent, to find out whether the client is still
 * connected.
 */
const KEEP_ALIVE_MS = 5_000

/** ListenBucketEvents */
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
  const stop = service.onObjectCreated((event) => {
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
