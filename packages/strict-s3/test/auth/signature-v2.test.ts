import { expect, it } from 'vitest'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

const QUERY = 'AWSAccessKeyId=waybill-local&Expires=4102444800&Signature=x'

const FORM = ['key', 'AWSAccessKeyId', 'policy', 'signature', 'file']
  .map((name) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nx\r\n`)
  .join('')

it.each([
  [
    'an Authorization header',
    ({ host }: System) => ({
      method: 'GET',
      path: '/uploads',
      headers: { host, authorization: 'AWS waybill-local:x' },
    }),
  ],
  [
    'a presigned URL',
    ({ host }: System) => ({ method: 'GET', path: `/uploads/a?${QUERY}`, headers: { host } }),
  ],
  [
    'a form',
    ({ host }: System) => ({
      method: 'POST',
      path: '/uploads',
      headers: { host, 'content-type': 'multipart/form-data; boundary=x' },
      body: Buffer.from(`${FORM}--x--\r\n`),
    }),
  ],
])('%s with Signature Version 2 is refused, and the log says what to set', async (_, request) => {
  const { system, lines } = await start()
  const { body } = await system.expect(400, request(system))
  expect(body.toString()).toMatch(
    /InvalidRequest.*mechanism you have provided is not supported\. Please use AWS4-HMAC-SHA256\./s,
  )
  expect(lines[0]).toMatch(
    /Config\(signature_version='s3v4'\).*aws configure set default\.s3\.signature_version s3v4/,
  )
})
