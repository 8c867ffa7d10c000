import { uploadRule } from 'waybill'

// In a separate file, so that the page can import their type without any server code.
export const rules = {
  photo: uploadRule({
    types: ['image/*'],
    maxSize: '50 MiB',
    // The owner comes from the session, never from data that the page sends.
    authorize: (_request, { userId }: { userId?: string }) => (userId ? { owner: userId } : false),
    key: ({ id, authorization }) => `photos/${authorization.owner}/${id}`,
  }),
}
