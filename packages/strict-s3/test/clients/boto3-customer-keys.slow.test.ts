/**
 * boto3, unchanged, with keys of the client's own.
 *
 * Slow: it starts Python. `packages/strict-s3/test/encryption/customer-keys.test.ts` asks the same of the server.
 *
 * @module
 */

import { execFile, spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { canMakeCertificates, makeCertificate } from '../certificate.ts'

const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (each) => spawnSync(each, ['-c', 'import boto3']).status === 0,
)
const missing = 'boto3 is not installed: its tests are skipped'
if (PYTHON === undefined) console.warn(missing)

const SETTINGS = `
import json, os
import boto3
from botocore.exceptions import ClientError
place = dict(endpoint_url=os.environ['ENDPOINT'], region_name='us-east-1', verify=os.environ.get('CA'))
own = dict(aws_access_key_id='waybill-local', aws_secret_access_key='waybill-local-secret')
def code(call):
    try:
        call()
    except ClientError as error:
        return error.response['Error']['Code']
`

async function python(script: string, env: Record<string, string>): Promise<unknown> {
  const run = promisify(execFile)
  const { stdout } = await run(PYTHON ?? '', ['-c', SETTINGS + script], {
    env: { ...process.env, ...env },
  })
  return JSON.parse(stdout)
}

describe.skipIf(PYTHON === undefined)(PYTHON ? 'boto3' : missing, () => {
  it.skipIf(!canMakeCertificates)(
    'encrypts with a customer-provided key, including multipart uploads',
    async () => {
      const tls = await makeCertificate()
      const dir = temporaryFolder('waybill-boto3-')
      const ca = join(dir, 'ca.pem')
      await writeFile(ca, tls.cert)
      const server = await startStrictS3({ buckets: ['uploads'], tls })
      const result = await python(
        `
from io import BytesIO
s3 = boto3.client('s3', **place, **own)
key = dict(SSECustomerAlgorithm='AES256', SSECustomerKey=os.urandom(32))
blocked = code(lambda: s3.put_object(Bucket='uploads', Key='a', Body=b'hello', **key))
rule = '<ServerSideEncryptionConfiguration><Rule><BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>'
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
import urllib.request, ssl
request = AWSRequest('PUT', place['endpoint_url'] + '/uploads?encryption', data=rule.encode())
S3SigV4Auth(Credentials(*own.values()), 's3', 'us-east-1').add_auth(request)
prepared = request.prepare()
urllib.request.urlopen(urllib.request.Request(prepared.url, rule.encode(), dict(prepared.headers), method='PUT'),
    context=ssl.create_default_context(cafile=place['verify']))
large = os.urandom(20_000_000)
s3.upload_fileobj(BytesIO(large), 'uploads', 'large', ExtraArgs=key)
back = BytesIO()
s3.download_fileobj('uploads', 'large', back, ExtraArgs=key)
other = dict(key, SSECustomerKey=os.urandom(32))
print(json.dumps([blocked, back.getvalue() == large, code(lambda: s3.get_object(Bucket='uploads', Key='large')),
    code(lambda: s3.get_object(Bucket='uploads', Key='large', **other))]))
`,
        { ENDPOINT: server.endpoint, CA: ca },
      )
      await server.close()
      expect(result).toEqual(['AccessDenied', true, 'InvalidRequest', 'AccessDenied'])
    },
  )
})
