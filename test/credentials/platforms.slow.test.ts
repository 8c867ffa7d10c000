/**
 * The providers of the AWS SDK and of Vercel, passed to a signer as they are, against what each
 * platform has on its own network: the container endpoint of ECS and EKS, the instance metadata of
 * EC2, and STS. The signer runs in a process of its own with the platform's environment.
 *
 * Slow: starts a signer process with the AWS SDK for each platform.
 * `packages/waybill/test/storage/kept-credentials.test.ts` has when a provider is asked, and asked again.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Report } from './signer-program.ts'
import { ISSUED, PLATFORMS, type Platform, VERCEL_TOKEN } from './stand-ins.ts'

const PROGRAM = join(import.meta.dirname, 'signer-program.ts')
const run = promisify(execFile)

/** Runs the signer on a platform whose credentials live for so many minutes, one number an answer. */
async function signOn(platform: Platform, minutes: readonly (number | 'fails')[]) {
  const s3 = await startStrictS3({
    buckets: ['uploads'],
    credentials: [ISSUED, { accessKeyId: 'unused', secretAccessKey: 'unused-secret' }],
    log: () => {},
  })
  onTestFinished(() => s3.close())
  let answered = 0
  const server = createServer((request, response) => {
    const life = minutes[Math.min(answered, minutes.length - 1)] ?? 60
    const answer = platform.answer(request, life === 'fails' ? undefined : life * 60)
    if (answer.hasCredentials) answered += 1
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const home = await temporaryDirectory()
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_REGION: 'us-east-1',
    S3_ENDPOINT: s3.endpoint,
    PROVIDER: platform.provider,
    ...(await platform.env(origin, home)),
  }
  const { stdout } = await run(process.execPath, ['--conditions=@waybill/source', PROGRAM], { env })
  const report: Report = JSON.parse(stdout)
  return { report, answered }
}

describe.each(PLATFORMS)('credentials on $name', (platform) => {
  it('sign an upload that S3 accepts; two hundred concurrent calls make one request', async () => {
    const { report, answered } = await signOn(platform, [60])
    expect(report.together).toEqual({ 200: 200 })
    expect(report.upload).toEqual({ stored: 204, completed: 200 })
    expect(report.errors).toEqual([])
    expect(answered).toBe(1)
  })

  it('are renewed before they expire', async () => {
    const { report, answered } = await signOn(platform, [4, 60])
    expect(report.together).toEqual({ 200: 200 })
    expect(report.upload).toEqual({ stored: 204, completed: 200 })
    expect(report.errors).toEqual([])
    expect(answered).toBe(2)
  })

  it('that are unavailable cause a 503, and onError gets the reason', async () => {
    const { report } = await signOn(platform, ['fails'])
    expect(report.together).toEqual({ 503: 200 })
    expect(new Set(report.codes)).toEqual(new Set(['SIGNER_UNAVAILABLE']))
    expect(report.errors).toEqual(report.codes.map(() => expect.stringContaining(platform.reason)))
    expect(JSON.stringify(report)).not.toContain(VERCEL_TOKEN)
  })
})
