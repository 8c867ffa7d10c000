// Replace this with your login and its database. Here, every visitor is a new user.
import { randomUUID } from 'node:crypto'

const users = new Map()

/** Returns the user whose session cookie a request has, or `undefined`. */
export function userOf(cookie = '') {
  return users.get(/(?:^|; )session=([^;]+)/.exec(cookie)?.[1])
}

/** Creates a new user and returns their session cookie, which cannot be guessed. */
export function newSession() {
  const session = randomUUID()
  users.set(session, randomUUID())
  return `session=${session}; HttpOnly; SameSite=Lax; Path=/`
}
