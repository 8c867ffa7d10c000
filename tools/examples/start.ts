/**
 * Starts an example together with its installed `strict-s3`, both on free ports.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePorts } from '@waybill/test-support/free-ports'
import { type ProcessGroup, startGroup } from '../../test/browsers/process-group.ts'
import type { Example } from './description.ts'

/** Debian's programs, for which Debian has the packages that examples need. */
const DEBIAN: Readonly<Record<string, string>> = { python3: '/usr/bin/python3' }
const READY_LIMIT_MS = 60_000
const ASK_AGAIN_MS = 100

export interface RunningExample {
  /** The page's URL, without a trailing slash. */
  readonly url: string
  readonly s3Url: string
  /** Returns the end of the server's output. */
  output(): string
  stop(): Promise<void>
}

/** @throws {Error} With a server's output, if the server is not ready in time. */
export async function startBesideS3(
  home: string,
  { start, debian }: Pick<Example, 'start' | 'debian'>,
): Promise<RunningExample> {
  const kept = ['--dir', join(home, '.waybill')]
  const bin = join(home, 'node_modules', '.bin', 'strict-s3')
  const s3 = startGroup(bin, ['--port', '0', ...kept, '--log', 'json'], {}, home)
  let server: ProcessGroup | undefined
  const stop = async () => {
    await Promise.all([s3.stop(), server?.stop()])
  }
  try {
    const [, s3Url = ''] = await s3.said(/"ready":"([^"]+)"/, READY_LIMIT_MS)
    const [port, signerPort] = await freePorts(2)
    const env = {
      PORT: String(port),
      SIGNER_PORT: String(signerPort),
      S3_ENDPOINT: s3Url,
      WAYBILL_SECRET: randomBytes(32).toString('hex'),
    }
    const [program = '', ...args] = (start ?? 'npm start').split(' ')
    server = startGroup(DEBIAN[program] ?? program, args, env, home)
    const url = `http://localhost:${port}`
    if (debian) await untilAnswers(`http://localhost:${signerPort}/healthz`, server)
    await untilAnswers(url, server)
    return { url, s3Url, output: server.output, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function untilAnswers(url: string, server: ProcessGroup): Promise<void> {
  const limit = AbortSignal.timeout(READY_LIMIT_MS)
  while (!limit.aborted) {
    const answered = await fetch(url, { signal: limit }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answered) return
    await setTimeout(ASK_AGAIN_MS)
  }
  throw new Error(`${url} does not answer. Its server wrote: ${server.output()}`)
}
