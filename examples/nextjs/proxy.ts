import { getIronSession } from 'iron-session'
import { type NextRequest, NextResponse } from 'next/server'
import { type Session, sessionOptions } from './session'

/** Replace this with your login. Here, everyone who opens the page is a new user. */
export async function proxy(request: NextRequest) {
  const response = NextResponse.next()
  const session = await getIronSession<Session>(request, response, sessionOptions)
  if (!session.userId) {
    session.userId = crypto.randomUUID()
    await session.save()
  }
  return response
}

export const config = { matcher: '/' }
