import { getIronSession, type SessionOptions } from 'iron-session'
import { cookies } from 'next/headers'

export interface Session {
  userId?: string
}

/** The cookie is encrypted: nobody can write one for somebody else. */
export const sessionOptions: SessionOptions = {
  cookieName: 'session',
  password: process.env.SESSION_SECRET ?? '',
  cookieOptions: { secure: false }, // over plain HTTP, on this machine
}

export async function readSession(): Promise<Session> {
  return getIronSession<Session>(await cookies(), sessionOptions)
}
