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
  allowedOrigins: [], // the page comes from this very server
  rules: {
    photo: {
      types: ['image/*'],
      maxSize: '50 MiB',
      // The owner is the user of the session. What the page says is never used for that.
      authorize: (_request, { userId }) => (userId ? { owner: userId } : false),
      key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
    },
  },
})

const app = express()
app.use(session({ secret: env.SESSION_SECRET, resave: false, saveUninitialized: false }))

// In place of your login: whoever opens the page is a new user.
app.get('/', (request, _response, next) => {
  request.session.userId ??= randomUUID()
  next()
})
app.use(express.static('public'))

app.use('/api/uploads', toNodeHandler(signer, { context: (incoming) => incoming.session }))

// The form brings a receipt. Unlike a key, it cannot be made up, and it names its owner.
app.post('/photos', express.urlencoded(), async (request, response) => {
  const { userId: owner } = request.session
  if (!owner) return response.status(401).send('Open the form first.')
  const receipt = await signer.readReceipt(request.body.photo, { owner, rule: 'photo' })
  response.send(`Thank you! Your photo is <code>${receipt.key}</code>.`)
})

// A receipt that is refused throws an `UploadError`, whose `status` is what Express answers.
app.listen(env.PORT ?? 3000)
