import { createSigner } from 'waybill/signer'
import { rules } from './rules'

const { env } = process

export const signer = createSigner({
  bucket: env.S3_BUCKET ?? '',
  region: env.AWS_REGION ?? '',
  ...(env.S3_ENDPOINT ? { endpoint: env.S3_ENDPOINT } : {}),
  credentials: () => ({
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
  }),
  secret: () => env.WAYBILL_SECRET,
  allowedOrigins: [], // the page comes from this server
  rules,
})
