import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import { S3_PORT } from '@waybill/command-line/port'
import { readSettings } from '@waybill/command-line/settings'
import type { Terminal } from '@waybill/command-line/terminal'
import { HEALTHY } from '../http/health.ts'
import { S3_SETTINGS } from './s3-settings.ts'

const LIMIT_MS = 5_000

/** @throws {CommandFailure} If the server is not ready. */
export async function runHealth({ endpoint }: OptionValues, terminal: Terminal): Promise<number> {
  const url = readEndpoint(endpoint ?? ownEndpoint())
  try {
    const { status, body } = await get(new URL('/_health', url))
    if (status !== 200 || body !== HEALTHY) throw new Error(`it responded with status ${status}`)
  } catch (cause) {
    throw new CommandFailure(`${url.origin} is not ready: ${messageOf(cause)}`, { cause })
  }
  terminal.say(`${url.origin} is ready`)
  return 0
}

function readEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  throw usageFailure(`--endpoint is '${text}', expected a URL such as http://localhost:${S3_PORT}`)
}

/** The server that the same environment variables start. */
function ownEndpoint(): string {
  const { port, host, cert } = S3_SETTINGS
  const settings = readSettings({ port, host, cert }, {}, process.env)
  if (settings.port?.value === '0') throw usageFailure('PORT is 0, so health needs --endpoint')
  const listens = settings.host?.value ?? '127.0.0.1'
  // Numbers, because a minimal container may be unable to resolve localhost.
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1' }[listens] ?? listens
  const name = address.includes(':') ? `[${address}]` : address
  return `${settings.cert ? 'https' : 'http'}://${name}:${settings.port?.value ?? S3_PORT}`
}

async function get(url: URL): Promise<{ status: number | undefined; body: string }> {
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  const signal = AbortSignal.timeout(LIMIT_MS)
  // The request is not secret, and test servers often have certificates that nobody has signed.
  const outgoing = request(url, { agent: false, signal, rejectUnauthorized: false }).end()
  const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
  if (!incoming) throw new Error('no response')
  return { status: incoming.statusCode, body: await text(incoming) }
}
