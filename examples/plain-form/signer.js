import { createSigner } from 'waybill/signer'
import { userOf } from './sessions.js'

const { env } = process

export const signer = createSigner({
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
      authorize: ({ headers }) => {
        const owner = userOf(headers.cookie)
        return owner ? { owner } : false
      },
      key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
    },
  },
})
