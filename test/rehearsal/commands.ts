/**
 * Runs the `waybill` program on the account. Its calls go to moto, but for those of functions: moto runs none, so the
 * deployed one is run here.
 *
 * @module
 */

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { startProgram, type WaybillProcess } from '@waybill/test-support/waybill-process'
import type { Account, Deed } from './account.ts'
import { runFunction } from './running.ts'

/** @returns The program, after it has ended. */
export async function runWaybill(
  account: Account,
  called: Deed,
  args: readonly string[],
): Promise<WaybillProcess & { readonly code: number }> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const isCall = request.method === 'POST' && request.url?.endsWith('/invocations')
    const answer = isCall
      ? Response.json(await runFunction(account, called, JSON.parse(body)))
      : await passOn(account, request, body)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const env = {
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_REGION: called.region,
    AWS_ENDPOINT_URL: account.url,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}`,
  }
  const run = startProgram('waybill', args, { env })
  const code = await run.exit
  server.close()
  return { ...run, code }
}

function passOn({ url }: Account, request: IncomingMessage, body: string): Promise<Response> {
  const { authorization = '', 'x-amz-date': date = '' } = request.headers
  const headers = { authorization, 'x-amz-date': String(date) }
  const method = request.method ?? 'GET'
  return fetch(`${url}${request.url}`, { method, headers, ...(body === '' ? {} : { body }) })
}
