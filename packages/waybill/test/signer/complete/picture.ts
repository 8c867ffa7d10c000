/**
 * A small picture, the rule that lets it in, and its form sent as a browser sends it.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { postForm } from '@waybill/test-support/upload-form'
import type { PostGrant } from 'waybill'

export const RULE = { types: ['image/png'], maxSize: '1 MiB', public: true } as const
export const TEXT = 'not really a picture'
export const SHA256 = createHash('sha256').update(TEXT).digest('base64')
export const UNHASHED = { name: 'a.png', size: TEXT.length, type: 'image/png' }
export const FILE = { ...UNHASHED, sha256: SHA256 }

export function sendForm({ presignedPost }: PostGrant, content = TEXT): Promise<Response> {
  return postForm(presignedPost, content)
}
