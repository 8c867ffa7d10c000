/**
 * A signing endpoint with JSON, for contestants whose documentation leaves the endpoint to the
 * application.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { json } from 'node:stream/consumers'

/** Makes an endpoint that responds with the result of `answer`. */
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
