import { createHash } from 'node:crypto'
import {
  CREDENTIALS,
  createPost,
  FILE,
  post,
  SECRET,
  VIDEO_LIMITS,
} from '@waybill/test-support/signing'
import { postForm } from '@waybill/test-support/upload-form'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startServer, toNodeHandler } from 'waybill/node'
import { createSigner, type Signer } from 'waybill/signer'

interface Session {
  readonly user: string
}

/** The session is the context; it decides who uploads, and where to. */
function sessionSigner(seen: unknown[] = []) {
  return createSigner({
    bucket: 'uploads',
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    secret: SECRET,
    allowedOrigins: [],
    onError: () => {},
    rules: {
      video: {
        ...VIDEO_LIMITS,
        authorize: (_request, session: Session) => session.user !== '' && { owner: session.user },
        accept: ({ context }) => {
          seen.push(context)
          return true
        },
        key: async ({ id }, session: Session) => `${session.user}/${id}`,
      },
    },
  })
}

const CREATE = { method: 'POST', headers: { 'content-type': 'application/json' } } as const
const BODY = JSON.stringify({ files: [FILE] })

describe("a call's context", () => {
  it('is passed to fetch and reaches authorize, accept and key', async () => {
    const seen: unknown[] = []
    const request = new Request('https://app.example/uploads', { ...CREATE, body: BODY })
    const session = { user: 'ann' }
    const response = await sessionSigner(seen).fetch(request, session)
    const { uploads } = await response.json()
    expect(uploads[0].key).toMatch(/^ann\/[\w-]{22}$/)
    expect(seen[0]).toBe(session)
  })

  it('belongs to one call', async () => {
    const signer = sessionSigner()
    const users = ['ann', '', 'bob', '', 'cem']
    const responses = await Promise.all(
      users.map((user) =>
        signer.fetch(new Request('https://app.example/', { ...CREATE, body: BODY }), { user }),
      ),
    )
    expect(responses.map(({ status }) => status)).toEqual([201, 401, 201, 401, 201])
  })

  it('is created from request and response by toNodeHandler', async () => {
    const handler = toNodeHandler(sessionSigner(), {
      context: (request) => ({ user: String(request.headers['x-user'] ?? '') }),
    })
    const server = await startServer(handler)
    onTestFinished(() => server.close())
    const headers = { ...CREATE.headers, 'x-user': 'ann' }
    const granted = await fetch(server.url, { ...CREATE, headers, body: BODY })
    const { uploads } = await granted.json()
    expect(uploads[0].key).toMatch(/^ann\//)
    expect((await fetch(server.url, { ...CREATE, body: BODY })).status).toBe(401)
  })

  it("reaches onComplete, and the signer's authorize", async () => {
    const s3 = await startStrictS3({ buckets: ['uploads'] })
    onTestFinished(() => s3.close())
    const seen: unknown[] = []
    const { region, endpoint, credentials } = s3
    const signer = createSigner({
      ...{ bucket: 'uploads', region, endpoint, credentials, secret: SECRET, allowedOrigins: [] },
      authorize: (_request, { user }: Session) => ({ owner: user }),
      rules: {
        video: {
          ...VIDEO_LIMITS,
          onComplete: (_upload, context: Session) => void seen.push(context),
        },
      },
    })
    const session = { user: 'ann' }
    const calls: Pick<Signer, 'handle'> = {
      handle: (request) => signer.handle(request, { context: session }),
    }
    const bytes = 'seven bytes and some'
    const sha256 = createHash('sha256').update(bytes).digest('base64')
    const grant = await createPost(calls, { ...FILE, size: bytes.length, sha256 })
    await postForm(grant.presignedPost, bytes)
    expect((await post(calls, '/complete', { waybill: grant.waybill })).status).toBe(200)
    expect(seen[0]).toBe(session)
  })
})
