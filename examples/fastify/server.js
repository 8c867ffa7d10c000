import { randomUUID } from 'node:crypto'
import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import fastifySession from '@fastify/session'
import fastifyStatic from '@fastify/static'
import fastify from 'fastify'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'

const { env } = process

const signer = createSigner({
  bucket: env.S3_BUCKET,
  region: env.AWS_REGION,
  endpoint: env.S3_ENDPOINT,
  credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  secret: env.WAYBILL_SECRET,
  allowedOrigins: [], // the page comes from this server
  rules: {
    photo: {
      types: ['image/*'],
      maxSize: '50 MiB',
      // The owner comes from the session, never from data that the page sends.
      authorize: (_request, { userId }) => (userId ? { owner: userId } : false),
      key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
    },
  },
})

const app = fastify({ logger: { level: 'warn' } })
app.register(fastifyCookie)
app.register(fastifySession, { secret: env.SESSION_SECRET, cookie: { secure: 'auto' } })
app.register(fastifyFormbody)
app.register(fastifyStatic, { root: `${import.meta.dirname}/public`, index: false })

// Replace this with your login. Here, everyone who opens the page is a new user.
app.get('/', (request, reply) => {
  request.session.userId ??= randomUUID()
  return reply.sendFile('index.html')
})

// Fastify parses bodies before it calls a route. In this plugin, the signer reads them instead.
app.register(async (uploads) => {
  uploads.removeAllContentTypeParsers()
  uploads.addContentTypeParser('*', (_request, _payload, done) => done(null))
  uploads.all('/api/uploads*', ({ raw, session }, reply) => {
    reply.hijack()
    toNodeHandler(signer, { basePath: '/api/uploads', context: () => session })(raw, reply.raw)
  })
})

// The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner.
app.post('/photos', async ({ body, session }, reply) => {
  const { userId: owner } = session
  if (!owner) return reply.code(401).send('Open the form first.')
  const receipt = await signer.readReceipt(body.photo, { owner, rule: 'photo' })
  reply.type('text/html')
  return `Thank you! Your photo is <code>${escapeHtml(receipt.key)}</code>.`
})

// Text in HTML must be escaped, or a file name or metadata in it could run as a script.
function escapeHtml(value) {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// `readReceipt` throws an `UploadError` for an invalid receipt. Fastify responds with its `status`.
await app.listen({ port: Number(env.PORT ?? 3000) })
