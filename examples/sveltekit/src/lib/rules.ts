import { uploadRule } from 'waybill'

// Not in lib/server: the page imports their type.
export const rules = {
  photo: uploadRule({
    types: ['image/*'],
    maxSize: '50 MiB',
    // The owner is the user of the session. What the page says is never used for that.
    authorize: (_request, { userId }: { userId: string }) => ({ owner: userId }),
    key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
  }),
}
