import { fail } from '@sveltejs/kit'
import { UploadError } from 'waybill'
import { signer } from '$lib/server/signer'

/** The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner. */
export const actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    try {
      const expected = { owner: locals.userId, rule: 'photo' }
      const { key } = await signer.readReceipt(form.get('photo'), expected)
      return { key }
    } catch (error) {
      if (error instanceof UploadError) return fail(400, { key: undefined })
      throw error
    }
  },
}
