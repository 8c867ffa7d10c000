/**
 * Bare requests, the best that the platform can do: no retry, no progress, no checksum, no signing
 * during the measurement.
 *
 * @module
 */

import { PATHS } from '../paths.ts'
import type { Form } from '../proven.ts'
import type { BareAnswer } from '../signing/bare.ts'

/** Gets presigned requests from the application. */
export async function presigned(count: number): Promise<BareAnswer> {
  const answer = await fetch(PATHS.bare, { method: 'POST', body: JSON.stringify({ count }) })
  return answer.json()
}

/** Sends a PUT. */
export async function put(url: string | undefined, body: Blob): Promise<void> {
  await check(await fetch(url ?? '', { method: 'PUT', body }))
}

/** Sends a form. It is a simple request: unlike a PUT it needs no preflight. */
export async function post(form: Form | undefined, file: Blob): Promise<void> {
  const body = new FormData()
  for (const [name, value] of Object.entries(form?.fields ?? {})) body.append(name, value)
  body.append('file', file)
  await check(await fetch(form?.url ?? '', { method: 'POST', body }))
}

async function check(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`the response was ${answer.status}: ${await answer.text()}`)
}
