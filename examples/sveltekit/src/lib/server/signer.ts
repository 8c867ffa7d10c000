import { createSigner } from 'waybill/signer'
import { env } from '$env/dynamic/private'
import { rules } from '../rules'

// Vite puts .env into this `env`, but not into `process.env`.
// `credentials` and `secret` are functions, so that SvelteKit can build without their values.
export const signer = createSigner({
  bucket: env.S3_BUCKET ?? 'uploads',
  region: env.AWS_REGION ?? 'us-east-1',
  ...(env.S3_ENDPOINT ? { endpoint: env.S3_ENDPOINT } : {}),
  credentials: () => ({
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
  }),
  secret: () => env.WAYBILL_SECRET,
  allowedOrigins: [], // the page comes from this server
  rules,
})
