/**
 * Checks a file against its rule, and chooses the key of its object.
 *
 * @module
 */

import type { PublicAuthorization } from '../../protocol/authorization.ts'
import { baseContentType } from '../../protocol/content-types/base-content-type.ts'
import { checkFileSize, checkFileType } from '../../protocol/file-limits.ts'
import type { FileDescription } from '../../protocol/messages.ts'
import type { AcceptedFile } from '../../protocol/upload-rule.ts'
import { type ObjectKey, objectKey, safeFileName } from '../../s3/object-key.ts'
import type { SignerContext } from '../signer-context.ts'
import { withPrefix } from './key-prefix.ts'
import type { SignerRule } from './signer-rule.ts'

const ID_BYTES = 16

/**
 * Checks the content type of a file.
 *
 * @returns The content type as it is signed: lower case, without parameters.
 * @throws {UploadError} `FILE_TYPE_NOT_ALLOWED`
 */
export function acceptType(rule: SignerRule, type: string): string {
  const base = baseContentType(type)
  checkFileType(rule.types, base)
  return base
}

/**
 * Checks the size of a file.
 *
 * @throws {UploadError} `FILE_TOO_LARGE` or `FILE_TOO_SMALL`
 */
export function acceptSize(rule: SignerRule, size: number): void {
  checkFileSize(rule.size, size)
}

/** Returns the file as the rule sees it: a safe name, a plain content type and a new id. */
export function acceptedFile(
  context: SignerContext,
  file: Omit<FileDescription, 'size'> & { readonly size?: number },
  authorization: PublicAuthorization,
): AcceptedFile<PublicAuthorization> {
  return {
    name: safeFileName(file.name),
    type: file.type,
    metadata: file.metadata ?? {},
    id: context.digest.base64Url(context.randomBytes(ID_BYTES)),
    authorization,
    ...(file.size === undefined ? {} : { size: file.size }),
  }
}

/**
 * Asks the rule for the key, which begins with the signer's prefix.
 *
 * @throws {TypeError} When the rule returns a key that S3 refuses, or that could mean another key.
 *   This is a mistake of the application.
 */
export async function chooseKey(
  { prefix, given }: SignerContext,
  rule: SignerRule,
  file: AcceptedFile<PublicAuthorization>,
): Promise<ObjectKey> {
  const key: unknown = await rule.key(file, given)
  if (typeof key !== 'string') {
    throw new TypeError(`rules.${rule.name}.key is ${typeof key}, expected text`)
  }
  return objectKey(withPrefix(prefix, key))
}
