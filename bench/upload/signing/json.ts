/**
 * A signing endpoint that takes and gives JSON, for those contestants whose documentation leaves it to the
 * application.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { json } from 'node:stream/consumers'

export function jsonEndpoint(answer: (body: unknown) => Promise<unknown>): RequestListener {
  return (request, response) => {
    json(request)
      .then(answer)
      .then((answered) => {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answered))
      })
      .catch((error: unknown) => {
        console.error(error)
        response.statusCode = 500
        response.end()
      })
  }
}
