import { createCookieSessionStorage } from 'react-router'

/** Replace this with your login. The cookie is signed, so that nobody can create one for another user. */
export const { getSession, commitSession } = createCookieSessionStorage<{ userId: string }>({
  cookie: {
    name: 'session',
    secrets: [process.env.SESSION_SECRET ?? ''],
    httpOnly: true,
    sameSite: 'lax',
    secure: false, // for plain HTTP on this machine
  },
})

export async function readUser(request: Request): Promise<{ userId?: string }> {
  const session = await getSession(request.headers.get('cookie'))
  const userId = session.get('userId')
  return userId ? { userId } : {}
}
