/**
 * `waybill smoke` as a program, against a deployment on this machine.
 *
 * Slow: each test starts the program beside a whole deployment. `deployment-points.test.ts` has
 * the points one by one, `smoke-table.test.ts` what is printed.
 *
 * @module
 */

import { refused } from '@waybill/test-support/stand-in'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, expect, it } from 'vitest'
import { callOnce } from '../../packages/waybill/src/storage/probe/exchange.ts'
import { keysBelow } from '../../packages/waybill-cli/src/smoke/probe/clean-up.ts'
import { openStage } from './open-stage.ts'
import { credentialsOf } from './stage.ts'

const stage = openStage()

async function smoke(...args: readonly string[]) {
  const { accessKeyId, secretAccessKey } = credentialsOf('administrator')
  const started = startWaybill(['smoke', ...args], {
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: '',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: stage.account.url,
      AWS_ENDPOINT_URL_S3: stage.s3Url,
    },
  })
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

const TOKEN = 'a'.repeat(32)
const note = (key: string) =>
  `waybill-smoke/${TOKEN}/keys/${Buffer.from(key).toString('base64url')}`
const FOREIGN = 'uploads/somebody/else'
/** What an earlier run has left, and the object of somebody else, whose key somebody has noted. */
const LEFT = [
  `uploads/id/waybill-smoke-${TOKEN}.txt`,
  `waybill-smoke/${TOKEN}/form`,
  note(`uploads/id/waybill-smoke-${TOKEN}.txt`),
  note(FOREIGN),
  FOREIGN,
]

describe('waybill smoke', () => {
  beforeAll(async () => {
    const { s3 } = stage.run()
    for (const key of LEFT) await callOnce(s3, { method: 'PUT', key, body: 'x' })
  })

  it('finds the stack, sees its points, says what it could not see, and leaves nothing', async () => {
    const { code, stdout, stderr } = await smoke()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Stack   WaybillDemo, CREATE_COMPLETE')
    const rows = [...stdout.matchAll(/^ ?(\d+) {2}(ok|DIFFERS|not seen) /gm)]
    expect(rows.map(([, number]) => Number(number))).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    )
    const unseen = rows.filter(([, , mark]) => mark === 'not seen').map(([, number]) => number)
    expect(unseen).toEqual(['6', '7', '8', '13', '15'])
    expect(stdout).toContain('10 as expected, 0 differ, 5 could not be seen')
    expect((await keysBelow(stage.run().s3, '')).sort()).toEqual([...LEFT].sort())
    // `callOnce` has no retries, so a kept connection that the server has closed gives no document.
    const list = () => callOnce(stage.run().s3, { method: 'GET', query: { uploads: '' } })
    await expect
      .poll(async () => (await list()).document?.children?.some(({ name }) => name === 'Upload'))
      .toBe(false)
  }, 60_000)

  it('says as JSON what to change; --clean removes the rest of earlier runs, and nothing of others', async () => {
    stage.state.planStatus = 'ERROR'
    stage.spoil('s3', async ({ method, path }) =>
      method === 'DELETE' && path.includes('/form-checksum')
        ? refused(403, 'AccessDenied')
        : undefined,
    )
    const { code, stdout } = await smoke('--json', '--clean')
    expect(code).toBe(1)
    const { points, removed, kept } = JSON.parse(stdout)
    expect(points).toHaveLength(15)
    expect(points[8]).toEqual({
      name: '9',
      title: "GuardDuty's plan",
      verdict: 'differs',
      sent: 'GetMalwareProtectionPlan',
      came: 'ERROR: INSUFFICIENT_PERMISSIONS',
      change: expect.stringContaining('malware-scan.ts'),
    })
    expect(removed).toBeGreaterThan(10)
    const locked = expect.stringMatching(/^waybill-smoke\/[0-9a-f]{32}\/form-checksum$/)
    expect(kept).toEqual([
      { key: locked, versionId: expect.any(String), answer: '403 AccessDenied' },
    ])
    expect((await keysBelow(stage.run().s3, '')).sort()).toEqual([FOREIGN, locked])
    for (const secret of ['secret-of', 'X-Amz-Signature', 'Signature=', 'AWS4-HMAC']) {
      expect(stdout).not.toContain(secret)
    }
  }, 60_000)

  it.each([
    [['--stack', 'Nothing'], 1, /CloudFormation ValidationError: no Nothing/],
    [['--signer', 'ftp://x', '--bucket', 'uploads'], 2, /--signer is 'ftp:\/\/x'/],
    [
      ['--signer', 'http://127.0.0.1:1', '--bucket', 'uploads'],
      1,
      /signer http:\/\/127.0.0.1:1 does not respond/,
    ],
    [['--signer', 'http://x', '--bucket', 'b'], 2, /bucket is 'b', expected 3 to 63 lower-case/],
    [['--wait', 'long'], 2, /--wait is 'long', expected a number of seconds/],
    [
      ['--bucket', 'not-there'],
      1,
      /you cannot list the bucket not-there in eu-west-1: 404 NoSuchBucket/,
    ],
  ])('says what is wrong with %j', async (args, exit, message) => {
    const { code, stderr } = await smoke(...args)
    expect(code).toBe(exit)
    expect(stderr).toMatch(message)
  })
})

describe('waybill smoke store', () => {
  it('lists what a store enforces, and what to set where it does not', async () => {
    stage.spoil('s3', async ({ method, query }) =>
      method === 'POST' && query.size === 0 ? refused(501, 'NotImplemented') : undefined,
    )
    const args = ['--bucket', stage.bucket, '--origin', 'https://app.example.com']
    const { code, stdout } = await smoke('store', ...args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/DIFFERS +Takes presigned POST forms/)
    expect(stdout).toContain("change  singleRequest: 'put' of the signer")
    expect(stdout).toMatch(/ok +Refuses an x-amz-\* header that was not signed/)
    expect(await keysBelow(stage.run().s3, '')).not.toContain(expect.stringContaining('smoke'))
  }, 60_000)

  it('needs a bucket', async () => {
    const { code, stderr } = await smoke('store')
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 2,
      stderr: 'waybill: smoke store needs --bucket',
    })
  })
})
