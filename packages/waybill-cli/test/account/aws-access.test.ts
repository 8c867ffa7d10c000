import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { NO_UNIX_SHELL, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it } from 'vitest'
import { awsAccess } from '../../src/account/aws-access.ts'

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret' }

describe('awsAccess', () => {
  it("reads region and endpoints from the environment, as AWS's programs do", async () => {
    const access = await awsAccess(
      {},
      {
        ...KEYS,
        AWS_REGION: 'eu-west-1',
        AWS_ENDPOINT_URL: 'http://localhost:1',
        AWS_ENDPOINT_URL_S3: 'http://localhost:2',
      },
      undefined,
    )
    expect(access.region).toBe('eu-west-1')
    expect([access.endpointOf('sqs'), access.endpointOf('s3')]).toEqual([
      'http://localhost:1',
      'http://localhost:2',
    ])
    expect((await awsAccess({}, KEYS, 'eu-west-2')).endpointOf('lambda')).toBeUndefined()
  })

  it("uses the ARN's region, whatever the environment says", async () => {
    const environment = { ...KEYS, AWS_REGION: 'eu-west-1' }
    expect((await awsAccess({}, environment, 'eu-west-2')).region).toBe('eu-west-2')
    await expect(awsAccess({ region: 'eu-west-1' }, environment, 'eu-west-2')).rejects.toThrow(
      "--region is 'eu-west-1'",
    )
  })

  it('gets new credentials for a profile before the old ones expire', async ({ skip }) => {
    skip(ON_WINDOWS, NO_UNIX_SHELL)
    const folder = await temporaryDirectory()
    // Each answer is of another key, and ends at ten.
    const standIn = `#!/bin/sh
echo x >> ${folder}/asked
echo "{\\"AccessKeyId\\":\\"KEY$(wc -l < ${folder}/asked | tr -d ' ')\\",\\"SecretAccessKey\\":\\"s\\",\\"SessionToken\\":\\"t\\",\\"Expiration\\":\\"2026-11-26T10:00:00Z\\"}"
`
    await writeFile(join(folder, 'aws'), standIn)
    await chmod(join(folder, 'aws'), 0o755)
    let time = '2026-11-26T09:00:00Z'
    const values = { profile: 'me', region: 'eu-west-1' }
    const environment = { PATH: `${folder}:${process.env.PATH}` }
    const access = await awsAccess(values, environment, undefined, () => new Date(time))
    const keyId = async () => (await access.credentials()).accessKeyId
    expect([await keyId(), await keyId()]).toEqual(['KEY1', 'KEY1'])
    time = '2026-11-26T09:56:00Z'
    expect(await keyId()).toBe('KEY2')
  })
})
