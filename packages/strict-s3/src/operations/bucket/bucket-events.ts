/**
 * ListenBucketEvents: `GET /bucket?events`, an operation that only this server has. The response
 * never ends: it has one line of JSON for each created object, the event that S3 sends to
 * EventBridge, so that another process can check arrivals. It needs a signature, as listing the
 * bucket does.
 *
 * @module
 */

import type { S3Response } from '../../message/response.ts'
import type { BucketCall } from '../call.ts'

/** Without an event for this long, an empty line is sent: that shows which clients are gone. */
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
