import { startEchoServer } from '@waybill/test-support/echo-server'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

const FILE = new File(['a'], 'a.txt', { type: 'text/plain' })

describe('headers', () => {
  it('are computed for each call to the signer and never sent to S3', async () => {
    const system = await startSystem()
    let asked = 0
    const headers = async () => {
      asked += 1
      return { 'x-owner': 'me', authorization: `Bearer ${asked}` }
    }
    await system.uploader('me', { headers }).upload(FILE).done
    const tokens = system.signerProxy.exchanges.map(({ request }) => request.headers.authorization)
    expect(tokens).toEqual(['Bearer 1', 'Bearer 2'])
    const post = system.storageProxy.exchanges.find(
      ({ request }) => request.operation === 'PostObject',
    )
    expect(post?.request.headers).not.toHaveProperty('authorization')
    expect(post?.request.headers).not.toHaveProperty('x-owner')
  })
})

describe('endpoint', () => {
  it.each(['/api/uploads', '/api/uploads/', '/api/uploads//', '/'])(
    'may end in %j',
    async (path) => {
      const server = await startEchoServer((_, outgoing) => outgoing.end('{"uploads":[]}'))
      const upload = createUploader({ endpoint: server.endpoint + path }).upload(FILE)
      expect(await failureOf(upload)).toMatchObject({ code: 'RESPONSE_INVALID' })
      await server.close()
      expect(server.reached.map(({ url }) => url)).toEqual([path.replace(/\/+$/, '') || '/'])
    },
  )
})
