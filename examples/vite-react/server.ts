import { randomUUID } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { rules } from './rules.ts'

declare module 'express-session' {
  interface SessionData {
    userId: string
  }
}

const {
  PORT = '3000',
  S3_ENDPOINT = '',
  S3_BUCKET = '',
  AWS_REGION = '',
  AWS_ACCESS_KEY_ID = '',
  AWS_SECRET_ACCESS_KEY = '',
  WAYBILL_SECRET = '',
  SESSION_SECRET = '',
} = process.env

const signer = createSigner({
  bucket: S3_BUCKET,
  region: AWS_REGION,
  endpoint: S3_ENDPOINT,
  credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  secret: WAYBILL_SECRET,
  allowedOrigins: ['http://localhost:5173'], // for `npm run dev`; the built page is same-origin
  rules,
})

const app = express()
app.use(session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false }))

// Replace this with your login. Here, every visitor is a new user. This runs for all requests,
// because in development Vite serves the page.
app.use((request, _response, next) => {
  request.session.userId ??= randomUUID()
  next()
})
app.use(express.static('dist'))

app.use('/api/uploads', (request, response) => {
  toNodeHandler(signer, { context: () => request.session })(request, response)
})

// The form contains receipts. Unlike a key, a receipt cannot be forged, and it names its owner.
app.post('/photos', express.urlencoded(), async (request, response) => {
  const { userId: owner } = request.session
  if (!owner) return response.status(401).send('Sign in first.')
  const expected = { owner, rule: 'photo' }
  const photos: unknown[] = [request.body.photo].flat()
  const read = await Promise.all(photos.map((photo) => signer.readReceipt(photo, expected)))
  const keys = read.map(({ key }) => `<li><code>${escapeHtml(key)}</code></li>`)
  response.send(`Thank you! Your photos are <ul>${keys.join('')}</ul>`)
})

// Text in HTML must be escaped, or a file name or metadata in it could run as a script.
function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

// `readReceipt` throws an `UploadError` for an invalid receipt. Express responds with its `status`.
app.listen(Number(PORT))
