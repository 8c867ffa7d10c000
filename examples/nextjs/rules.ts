import { uploadRule } from 'waybill'
import type { Session } from './session'

// In a file of their own: the page imports their type, and nothing of the server comes with it.
export const rules = {
  photo: uploadRule({
    types: ['image/*'],
    maxSize: '50 MiB',
    // The owner is the user of the session. What the page says is never used for that.
    authorize: (_request, { userId }: Session) => (userId ? { owner: userId } : false),
    key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
  }),
}
