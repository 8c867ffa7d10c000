import type { Handle } from '@sveltejs/kit'

/** Replace this with your login and its database. Here, every visitor is a new user. */
const users = new Map<string, string>()

export const handle: Handle = ({ event, resolve }) => {
  let session = event.cookies.get('session')
  if (!session || !users.has(session)) {
    session = crypto.randomUUID()
    users.set(session, crypto.randomUUID())
    event.cookies.set('session', session, { path: '/', sameSite: 'lax', secure: false })
  }
  event.locals.userId = users.get(session) ?? ''
  return resolve(event)
}
