import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'

export function uploads(store) {
  const signer = createSigner({
    ...store,
    prefix: 'uploads/',
    secret: process.env.WAYBILL_SECRET,
    allowedOrigins: [],
    rules: { files: { types: ['*/*'], maxSize: '100 MiB', public: true } },
  })
  return toNodeHandler(signer, { basePath: '/api/uploads' })
}
