/**
 * What signing a presigned POST must not load: in Node the first touch of `fetch`, `Request` or `Headers` costs a
 * Lambda more than everything else that the signer does.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const SCRIPT = `
  const { createSigner } = await import('waybill/signer')
  const signer = createSigner({
    bucket: 'uploads', region: 'eu-west-1', allowedOrigins: ['https://app.example.com'],
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    secret: '0123456789abcdef0123456789abcdef',
    rules: { video: { types: ['video/mp4'], maxSize: '1 GiB', form: true, public: true } },
  })
  const call = (method, body) => signer.handle({
    method, path: '', query: {}, body,
    headers: { 'content-type': 'application/json', origin: 'https://app.example.com' },
  })
  const sha256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
  const files = [{ name: 'a.mp4', size: 7, type: 'video/mp4', sha256 }]
  const statuses = [
    (await call('POST', JSON.stringify({ files }))).status,
    (await call('GET')).status,
    (await call('OPTIONS')).status,
  ]
  const undici = process.moduleLoadList.filter((name) => name.includes('undici'))
  if (process.argv[1] === 'touch') await fetch('data:,').then((response) => response.text())
  const touched = process.moduleLoadList.filter((name) => name.includes('undici'))
  console.log(JSON.stringify({ statuses, undici, touched: touched.length > 0 }))
`

async function run(...more: string[]) {
  const flags = ['--conditions=@waybill/source', '--input-type=module', '--eval', SCRIPT, ...more]
  return JSON.parse((await promisify(execFile)(process.execPath, flags)).stdout)
}

describe('handle', () => {
  it('signs a presigned POST without loading undici', async () => {
    expect(await run()).toEqual({ statuses: [201, 200, 204], undici: [], touched: false })
  })

  it('would fail this test if it loaded it', async () => {
    expect(await run('touch')).toMatchObject({ undici: [], touched: true })
  })
})
