import { uploadRule } from 'waybill'
import { createSigner } from 'waybill/signer'
import type { Session } from './session'

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
  allowedOrigins: [], // the page comes from this very server
  rules: {
    photo: uploadRule({
      types: ['image/*'],
      maxSize: '50 MiB',
      // The owner is the user of the session. What the page says is never used for that.
      authorize: (_request, { userId }: Session) => (userId ? { owner: userId } : false),
      key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
    }),
  },
})
