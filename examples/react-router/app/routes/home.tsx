import { data, Form } from 'react-router'
import { UploadError } from 'waybill'
import { UploadDropzone } from 'waybill/react/dropzone'
import type { rules } from '../rules'
import { commitSession, getSession, readUser } from '../session.server'
import { signer } from '../signer.server'
import type { Route } from './+types/home'

/** Here, everyone who opens the page is a new user. */
export async function loader({ request }: Route.LoaderArgs) {
  const session = await getSession(request.headers.get('cookie'))
  if (!session.has('userId')) session.set('userId', crypto.randomUUID())
  return data(null, { headers: { 'set-cookie': await commitSession(session) } })
}

/** The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner. */
export async function action({ request }: Route.ActionArgs) {
  const { userId: owner } = await readUser(request)
  if (!owner) return data({ error: 'Open the form first.' }, 401)
  const form = await request.formData()
  try {
    const { key } = await signer.readReceipt(form.get('photo'), { owner, rule: 'photo' })
    return data({ key })
  } catch (error) {
    if (error instanceof UploadError) return data({ error: error.message }, error.status)
    throw error
  }
}

export default function Home({ actionData }: Route.ComponentProps) {
  if (actionData && 'key' in actionData) {
    return (
      <p role="status">
        Thank you! Your photo is <code>{actionData.key}</code>
      </p>
    )
  }
  return (
    <Form method="post">
      <UploadDropzone<typeof rules> endpoint="/api/uploads" rule="photo" name="photo" required />
      <button type="submit">Send</button>
      <p role="status">{actionData?.error}</p>
    </Form>
  )
}
