/**
 * rclone, s3cmd and boto3 as Debian packages them, with their own defaults for ACLs, against buckets that have ACLs.
 *
 * Slow: each test starts several foreign programs.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  CLIENTS,
  type ClientProgram,
  findProgram,
  openClient,
} from '@waybill/test-support/command-line-client'
import { type StrictS3Options, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'

const execute = promisify(execFile)
const WITH_ACLS = { objectOwnership: 'ObjectWriter', publicAcls: true } as const

function client(name: string): ClientProgram {
  const found = CLIENTS.find((each) => each.name === name)
  if (!found) throw new Error(`no client ${name}`)
  return found
}

async function start(name: string, options: StrictS3Options) {
  const program = client(name)
  const server = await startStrictS3({ buckets: ['uploads'], ...options })
  onTestFinished(() => server.close())
  const running = await openClient(program, (await findProgram(program)) ?? '', server)
  onTestFinished(() => running.remove())
  const file = join(running.home, 'file.txt')
  await writeFile(file, 'hello')
  const read = async (key: string) => (await fetch(`${server.endpoint}/uploads/${key}`)).status
  return { ...running, file, read }
}

const hasRclone = (await findProgram(client('rclone'))) !== undefined
if (!hasRclone) console.warn('rclone is not installed: its test is skipped')

describe.skipIf(!hasRclone)('rclone', () => {
  it('copies with its default ACL, which is private, and with others where ACLs are enabled', async () => {
    const off = await start('rclone', {})
    await off.run('copyto', off.file, 'local:uploads/a')
    const { run, file, read } = await start('rclone', WITH_ACLS)
    await run('copyto', file, 'local:uploads/a')
    await run('copyto', 'local:uploads/a', 'local:uploads/b')
    await run('--s3-acl', 'public-read', 'copyto', file, 'local:uploads/public')
    expect(await Promise.all(['a', 'b', 'public'].map(read))).toEqual([403, 403, 200])
    await run('mkdir', 'local:another')
    expect(await run('lsd', 'local:')).toContain('another')
  })
})

const hasS3cmd = (await findProgram(client('s3cmd'))) !== undefined
if (!hasS3cmd) console.warn('s3cmd is not installed: its test is skipped')

describe.skipIf(!hasS3cmd)('s3cmd', () => {
  it('copies, moves and opens objects', async () => {
    const { run, file, read } = await start('s3cmd', WITH_ACLS)
    await run('put', '--quiet', file, 's3://uploads/a')
    await run('cp', 's3://uploads/a', 's3://uploads/b')
    await run('mv', 's3://uploads/b', 's3://uploads/c')
    await run('put', '--quiet', '--acl-public', file, 's3://uploads/public')
    expect(await Promise.all(['a', 'b', 'c', 'public'].map(read))).toEqual([403, 403, 403, 200])
    await run('setacl', '--acl-public', 's3://uploads/a')
    await run('setacl', '--acl-private', 's3://uploads/public')
    expect(await Promise.all(['a', 'public'].map(read))).toEqual([200, 403])
    expect(await run('info', 's3://uploads/a')).toContain('*anon*: READ')
  })
})

const PYTHON = '/usr/bin/python3'
const hasBoto = await execute(PYTHON, ['-c', 'import boto3']).then(
  () => true,
  () => false,
)
if (!hasBoto) console.warn('boto3 is not installed: its test is skipped')

/** As AWS's own example does it since April 2023. */
const OPENS = `
import boto3, os
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'], region_name='us-east-1')
s3.create_bucket(Bucket='site', ObjectOwnership='BucketOwnerPreferred')
try:
    s3.put_object(Bucket='site', Key='index.html', Body=b'hello', ACL='public-read')
except s3.exceptions.ClientError as error:
    print(error.response['Error']['Code'])
s3.delete_public_access_block(Bucket='site')
s3.put_object(Bucket='site', Key='index.html', Body=b'hello', ACL='public-read')
acl = s3.get_object_acl(Bucket='site', Key='index.html')
s3.put_object_acl(Bucket='site', Key='index.html', AccessControlPolicy={'Owner': acl['Owner'], 'Grants': acl['Grants']})
print(len(s3.get_object_acl(Bucket='site', Key='index.html')['Grants']))
`

describe.skipIf(!hasBoto)('boto3', () => {
  it('makes a bucket public in the three steps that AWS requires', async () => {
    const { endpoint, credentials, close } = await startStrictS3()
    onTestFinished(close)
    const { stdout } = await execute(PYTHON, ['-c', OPENS], {
      env: {
        ENDPOINT: endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    })
    expect(stdout).toBe('AccessDenied\n2\n')
    expect(await (await fetch(`${endpoint}/site/index.html`)).text()).toBe('hello')
  })
})
