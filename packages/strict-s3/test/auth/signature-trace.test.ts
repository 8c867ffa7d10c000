import type { StrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import { signHeader } from '../../../../test/conformance/request/signing.ts'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

let server: StrictS3
let system: System
let lines: string[]

beforeEach(async () => {
  ;({ server, system, lines } = await start())
})

async function logOf(raw: RawRequest): Promise<string> {
  expect((await system.send(raw)).code).toBe('SignatureDoesNotMatch')
  return lines.join('\n')
}

const put = () => system.signed({ method: 'PUT', key: 'a b', body: 'hello' })

describe('the trace of a rejected signature', () => {
  it('reports a different host', async () => {
    const port = server.port
    const raw = await system.presigned({ key: 'a' })
    const log = await logOf({ ...raw, headers: { host: `localhost:${port}` } })
    expect(log).toContain(
      `The client signed the host '127.0.0.1:${port}', and sent 'localhost:${port}'`,
    )
    expect(log).toContain(`- host:localhost:${port}`)
    expect(log).toContain(`+ host:127.0.0.1:${port}`)
  })

  it('reports a different method', async () => {
    const log = await logOf({ ...(await put()), method: 'DELETE' })
    expect(log).toContain('The client signed the method PUT, and sent DELETE')
  })

  it('reports a path that was encoded twice', async () => {
    const options = { method: 'PUT', path: '/uploads/a%20b', body: 'hello' }
    const raw = await signHeader(system.signer, options)
    const log = await logOf({ ...raw, path: '/uploads/a%20b' })
    expect(log).toContain('the path encoded twice')
  })

  it('reports a length that differs from the signed one', async () => {
    const raw = await system.presigned({
      method: 'PUT',
      key: 'a',
      headers: { 'content-length': '5' },
    })
    const log = await logOf({ ...raw, headers: { host: system.host }, body: Buffer.from('longer') })
    expect(log).toContain('content-length 5, and sent 6 bytes')
  })

  it('reports an added parameter', async () => {
    const raw = await system.presigned({ key: 'a' })
    const log = await logOf({ ...raw, path: `${raw.path}&x-id=GetObject` })
    expect(log).toContain("the request without the parameter 'x-id'")
  })

  it('reports a content type to which a parameter was added', async () => {
    const headers = { 'content-type': 'text/plain' }
    const raw = await system.presigned({ method: 'PUT', key: 'a', headers })
    const sent = { ...raw.headers, 'content-type': 'text/plain;charset=UTF-8' }
    expect(await logOf({ ...raw, headers: sent })).toContain(
      'content-type: text/plain, and sent text/plain;charset=UTF-8',
    )
  })

  it.each([
    ['\n', '', 'ends with a line break'],
    [' ', '', 'ends with a space'],
    ['"', '"', 'has quotes around it'],
  ])('reports a secret with %j at its end', async (end, start, mistake) => {
    const secretAccessKey = `${start}${server.credentials.secretAccessKey}${end}`
    const credentials = { ...server.credentials, secretAccessKey }
    const log = await logOf(await system.signed({ key: 'a', credentials }))
    expect(log).toContain(`The client's secret access key ${mistake}. Remove`)
    expect(log).not.toContain(server.credentials.secretAccessKey)
  })

  it('shows no customer-provided key', async () => {
    const key = Buffer.alloc(32, 'm').toString('base64')
    const headers = { 'x-amz-server-side-encryption-customer-key': key }
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' }
    const ask = { method: 'PUT', key: 'a', credentials }
    await logOf(await system.signed({ ...ask, headers }))
    const log = await logOf(await system.presigned({ ...ask, query: headers }))
    expect(log).toContain('customer-key:…')
    expect(log).toContain('customer-key=…')
    expect(log).not.toContain(key)
    expect(log).not.toContain(encodeURIComponent(key))
  })

  it('suggests that the secret is wrong if nothing else explains it', async () => {
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' }
    const log = await logOf(await system.signed({ key: 'a', credentials }))
    expect(log).toContain('the secret access key is probably wrong')
    expect(log).toContain('GET\n            /uploads/a')
  })
})
