import { readSession } from '@/session'
import { signer } from '@/signer'

async function sign(request: Request): Promise<Response> {
  return signer.fetch(request, await readSession())
}

export { sign as GET, sign as POST }
