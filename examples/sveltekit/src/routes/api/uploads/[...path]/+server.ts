import type { RequestHandler } from '@sveltejs/kit'
import { signer } from '$lib/server/signer'

const sign: RequestHandler = ({ request, locals }) =>
  signer.fetch(request, { userId: locals.userId })

export { sign as GET, sign as POST }
