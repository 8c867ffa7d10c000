import { readUser } from '../session.server'
import { signer } from '../signer.server'
import type { Route } from './+types/uploads'

async function sign({ request }: Route.LoaderArgs | Route.ActionArgs): Promise<Response> {
  return signer.fetch(request, await readUser(request))
}

// A route without a component: GET calls the loader, POST the action.
export { sign as action, sign as loader }
