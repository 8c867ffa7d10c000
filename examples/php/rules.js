import { tokenAuthorize } from 'waybill/signer'

const { WAYBILL_TOKEN_SECRET, WAYBILL_URL } = process.env
const authorize = tokenAuthorize({ secret: WAYBILL_TOKEN_SECRET, audience: WAYBILL_URL })

export const rules = {
  photo: { types: ['image/*'], maxSize: '50 MiB', claim: '2 days', authorize },
}
