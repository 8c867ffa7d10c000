import { getCookie, setCookie } from '@tanstack/react-start/server'

/** Replace this with your login and its database. Here, every visitor is a new user. */
const users = new Map<string, string>()

export function startSession(): void {
  if (readUser().userId) return
  const session = crypto.randomUUID()
  users.set(session, crypto.randomUUID())
  const secure = false // for plain HTTP on this machine
  setCookie('session', session, { path: '/', httpOnly: true, sameSite: 'lax', secure })
}

export function readUser(): { userId?: string } {
  const userId = users.get(getCookie('session') ?? '')
  return userId ? { userId } : {}
}
