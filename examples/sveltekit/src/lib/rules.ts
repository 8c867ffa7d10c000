import { uploadRule } from 'waybill'

// Not in lib/server, because the page imports their type.
export const rules = {
  photo: uploadRule({
    types: ['image/*'],
    maxSize: '50 MiB',
    // The owner comes from the session, never from data that the page sends.
    authorize: (_request, { userId }: { userId: string }) => ({ owner: userId }),
    key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
  }),
}
