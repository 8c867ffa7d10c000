import { getIronSession, type SessionOptions } from 'iron-session'
import { cookies } from 'next/headers'

export interface Session {
  userId?: string
}

/** The cookie is encrypted, so that nobody can create one for another user. */
export const sessionOptions: SessionOptions = {
  cookieName: 'session',
  password: process.env.SESSION_SECRET ?? '',
  cookieOptions: { secure: false }, // for plain HTTP on this machine
}

export async function readSession(): Promise<Session> {
  return getIronSession<Session>(await cookies(), sessionOptions)
}
