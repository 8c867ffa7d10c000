// In place of your login and its database: whoever opens the page is a new user.
import { randomUUID } from 'node:crypto'

const users = new Map()

/** Returns the user that the cookie of a request names, if there is one. */
export function userOf(cookie = '') {
  return users.get(/(?:^|; )session=([^;]+)/.exec(cookie)?.[1])
}

/** Returns the cookie of a session for a new user. Nobody can guess it. */
export function newSession() {
  const session = randomUUID()
  users.set(session, randomUUID())
  return `session=${session}; HttpOnly; SameSite=Lax; Path=/`
}
