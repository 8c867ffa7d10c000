/**
 * boto3 as Debian packages it, with its defaults.
 *
 * Slow: each test starts Python, which takes a second of CPU to load boto3.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type StrictS3Options, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'

const execute = promisify(execFile)
const PYTHON = '/usr/bin/python3'

const isInstalled = await execute(PYTHON, ['-c', 'import boto3']).then(
  () => true,
  () => false,
)
const missing = 'boto3 is not installed: its tests are skipped'
if (!isInstalled) console.warn(missing)

const CLIENT = `
import boto3, json, os, urllib.error, urllib.request
s3 = boto3.client('s3', endpoint_url=os.environ['ENDPOINT'], region_name='us-east-1')
def ask(method, url, body=None):
    # urllib would add a content type.
    request = urllib.request.Request(url, data=body, method=method, headers={'Content-Type': ''})
    try:
        with urllib.request.urlopen(request) as reply:
            return [reply.status, reply.read().decode()]
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode()]
`

/** Runs a program after `CLIENT`. @returns What it has printed as JSON. */
async function run(options: StrictS3Options, program: string): Promise<unknown> {
  const server = await startStrictS3({ buckets: ['uploads'], ...options })
  onTestFinished(() => server.close())
  const { stdout } = await execute(PYTHON, ['-c', CLIENT + program], {
    env: {
      ENDPOINT: server.endpoint,
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    },
  })
  return JSON.parse(stdout)
}

const PRESIGNED = `
address = {'Bucket': 'uploads', 'Key': 'ü +1.txt'}
put = s3.generate_presigned_url('put_object', Params=address)
get = s3.generate_presigned_url('get_object', Params={**address, 'ResponseContentType': 'text/x; a=b'})
assert 'AWSAccessKeyId' in put and 'AWSAccessKeyId' in get
print(json.dumps([ask('PUT', put, b'hello'), ask('GET', get), ask('GET', get + '&versionId=null')]))
`

describe.skipIf(!isInstalled)(isInstalled ? 'boto3' : missing, () => {
  it('presigns with Signature Version 2, which us-east-1 accepts', async () => {
    expect(await run({}, PRESIGNED)).toEqual([
      [200, ''],
      [200, 'hello'],
      [403, expect.stringContaining('SignatureDoesNotMatch')],
    ])
  })

  it('finds in the log how to presign with version 4', async () => {
    const lines: string[] = []
    const log = (line: string) => lines.push(line)
    const refused = [400, expect.stringContaining('InvalidRequest')]
    expect(await run({ log, sigv2: false }, PRESIGNED)).toEqual([refused, refused, refused])
    expect(lines[0]).toContain("set config=Config(signature_version='s3v4')")
  })
})
