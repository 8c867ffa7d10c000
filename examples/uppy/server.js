import { randomUUID } from 'node:crypto'
import express from 'express'
import session from 'express-session'
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

const app = express()
app.use(session({ secret: env.SESSION_SECRET, resave: false, saveUninitialized: false }))

// Replace this with your login. Here, everyone who opens the page is a new user.
app.get('/', (request, _response, next) => {
  request.session.userId ??= randomUUID()
  next()
})
app.use(express.static('public'))

app.use('/api/uploads', toNodeHandler(signer, { context: (incoming) => incoming.session }))

// The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner.
app.post('/photos', express.urlencoded(), async (request, response) => {
  const { userId: owner } = request.session
  if (!owner) return response.status(401).send('Open the form first.')
  const receipt = await signer.readReceipt(request.body.photo, { owner, rule: 'photo' })
  response.send(`Thank you! Your photo is <code>${escapeHtml(receipt.key)}</code>.`)
})

// Text in HTML must be escaped, or a file name or metadata in it could run as a script.
function escapeHtml(value) {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// `readReceipt` throws an `UploadError` for an invalid receipt. Express responds with its `status`.
app.listen(env.PORT ?? 3000)
