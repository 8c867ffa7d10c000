/**
 * The signer by hand as a route of Fastify, which reads and writes the JSON.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { fastify } from 'fastify'
import { USER_HEADER } from '../workload.ts'
import { checkCall, signForm } from './by-hand.ts'

/** Makes the listener. */
export async function fastifyServer(path: string): Promise<RequestListener> {
  const app = fastify()
  app.post(path, async (request, reply) => {
    const file = checkCall(request.headers[USER_HEADER], request.body)
    reply.status(201)
    return { uploads: [{ strategy: 'post', presignedPost: signForm(file) }] }
  })
  await app.ready()
  return (request, response) => app.routing(request, response)
}
