import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { createSigner } from 'waybill/signer'

const signer = createSigner({
  bucket: env.S3_BUCKET,
  region: env.AWS_REGION,
  endpoint: env.S3_ENDPOINT,
  credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  secret: env.WAYBILL_SECRET,
  allowedOrigins: [], // the page comes from this worker
  rules: {
    photo: {
      types: ['image/*'],
      maxSize: '50 MiB',
      // The owner comes from the signed cookie, never from data that the page sends.
      authorize: (_request, { userId }) => (userId ? { owner: userId } : false),
      key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
    },
  },
})

const app = new Hono()
const session = async (c) => ({ userId: await getSignedCookie(c, env.SESSION_SECRET, 'user') })

// Replace this with your login. Here, everyone who opens the page is a new user. The cookie is
// signed, so that nobody can create one for another user.
app.get('/', async (c) => {
  const { userId } = await session(c)
  const cookie = { httpOnly: true, sameSite: 'Lax' }
  if (!userId) await setSignedCookie(c, 'user', crypto.randomUUID(), env.SESSION_SECRET, cookie)
  const page = await env.ASSETS.fetch('http://assets/index.html')
  return c.html(await page.text())
})

app.all('/api/uploads/*', async (c) => signer.fetch(c.req.raw, await session(c)))

// The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner.
app.post('/photos', async (c) => {
  const { photo } = await c.req.parseBody()
  const { userId: owner } = await session(c)
  if (!owner) return c.text('Open the form first.', 401)
  const receipt = await signer.readReceipt(photo, { owner, rule: 'photo' })
  // `html` escapes the key.
  return c.html(html`Thank you! Your photo is <code>${receipt.key}</code>.`)
})

app.onError((error, c) => c.text(error.message, error.status || 500))

app.get('/built/*', async (c) => {
  const script = await env.ASSETS.fetch(c.req.raw)
  return c.body(script.body, script.status, { 'content-type': 'text/javascript' })
})

export default app
