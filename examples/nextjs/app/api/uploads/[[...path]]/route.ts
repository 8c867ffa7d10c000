import { readSession } from '@/session'
import { signer } from '@/signer'

export async function POST(request: Request): Promise<Response> {
  return signer.fetch(request, await readSession())
}
