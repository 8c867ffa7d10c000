import { createFileRoute } from '@tanstack/react-router'
import { readUser } from '../../../session.server'
import { signer } from '../../../signer.server'

const sign = ({ request }: { request: Request }) => signer.fetch(request, readUser())

export const Route = createFileRoute('/api/uploads/$')({
  server: { handlers: { GET: sign, POST: sign } },
})
