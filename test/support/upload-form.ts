/**
 * The seed's client in Node: ask for a form, fill it in, post it.
 *
 * @module
 */

import type { FormResponse, PresignedPostMessage } from 'waybill'
import type { StoredObjects } from '../../packages/waybill-cli/src/dev/stored-objects.ts'

/** @param query - `name`, `type`, `size`; all may be left out. */
export async function signedForm(
  signerUrl: string,
  query: Readonly<Record<string, string>> = {},
): Promise<PresignedPostMessage> {
  const answer = await fetch(`${signerUrl}?${new URLSearchParams(query)}`)
  if (!answer.ok) throw new Error(await answer.text())
  const { presignedPost }: FormResponse = await answer.json()
  return presignedPost
}

/** Sends the form, the file last. */
export function postForm({ url, fields }: PresignedPostMessage, file: BlobPart): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([file]))
  return fetch(url, { method: 'POST', body: form })
}

/** What the page at `url` lists. */
export async function listObjects(url: string): Promise<StoredObjects> {
  const answer = await fetch(`${url}/api/objects`)
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}

/** Reads an object by the presigned GET that the page would play. */
export async function readObject(url: string, key: string | undefined): Promise<Buffer> {
  const { objects } = await listObjects(url)
  const found = objects.find((one) => one.key === key)
  if (!found) throw new Error(`there is no ${key} among ${objects.map((one) => one.key)}`)
  const answer = await fetch(found.url)
  if (!answer.ok) throw new Error(await answer.text())
  return Buffer.from(await answer.arrayBuffer())
}
