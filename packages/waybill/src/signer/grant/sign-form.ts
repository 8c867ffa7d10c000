/**
 * `GET` on the base URL: signs one form, for simple clients that may not know the file yet.
 *
 * @module
 */

import type { SizeRange } from 'waybill-s3'
import { MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import type { SignerRequest } from '../../protocol/authorization.ts'
import { isContentType } from '../../protocol/base-content-type.ts'
import type { FormResponse } from '../../protocol/messages.ts'
import { parseFileDescription } from '../../protocol/parse-create.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Waybill } from '../../seal/waybill.ts'
import type { CallContext } from '../context/call-context.ts'
import { withinQuota } from '../quota/rule-quota.ts'
import { authorized, findRule, ruleFor } from '../rules/authorize.ts'
import {
  acceptedFile,
  acceptSize,
  acceptType,
  chooseKey,
  extensionOf,
} from '../rules/choose-key.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { reportGrant, waybillOf } from './create-uploads.ts'
import { refuseForeignPage } from './foreign-page.ts'
import { grantPost } from './presign-upload.ts'

/**
 * Signs a form for the `name`, `type` and `size` in the query. Missing values come from the rule:
 * its first exact type, the sizes that its `form` allows, and a name with the type's extension.
 *
 * @throws {UploadError} `FORBIDDEN` or `ORIGIN_NOT_ALLOWED` if another site caused the request;
 *   `FORM_NOT_ALLOWED` if the rule has no `form`.
 */
export async function signForm(
  context: CallContext,
  request: SignerRequest,
): Promise<FormResponse> {
  refuseForeignPage(request, context.originIsAllowed)
  const { query } = request
  const { given } = context
  const asked = findRule(context, query.rule)
  const authorization = await authorized(context, asked, request)
  const rule = await ruleFor(context, asked, authorization)
  const { form } = rule
  if (!form) {
    throw new UploadError(
      'FORM_NOT_ALLOWED',
      `rule '${rule.name}' signs no forms, it needs form: true`,
    )
  }
  const type = acceptType(rule, query.type ?? presetType(rule))
  const name = query.name ?? rule.only?.name ?? `file${extensionOf(type)}`
  const size = query.size === undefined ? form : exactSize(rule, query.size)
  const exact = size.min === size.max
  const described = parseFileDescription({ name, type, size: size.max }, 'query')
  const { size: bytes, ...rest } = rule.only?.accept(described) ?? described
  const file = acceptedFile(context, exact ? { ...rest, size: bytes } : rest, authorization)
  await rule.accept({ file, authorization, request, context: given }, context)
  // A form without a size counts toward the quota with its maximum size.
  return withinQuota(
    context,
    rule,
    authorization.owner,
  )(size.max, async () => {
    const waybill: Waybill = {
      ...waybillOf(context, rule, authorization, file),
      key: await chooseKey(context, rule, file),
      size,
      type,
      strategy: 'post',
      ...(rest.sha256 === undefined ? {} : { sha256: rest.sha256 }),
    }
    const sealed = await (await context.seal()).seal(waybill)
    const { url, fields } = await grantPost(context, rule, waybill, sealed)
    reportGrant(context, 'form', waybill)
    return { presignedPost: { url, fields } }
  })
}

function presetType(rule: SignerRule): string {
  const exact = rule.types.find(isContentType)
  if (exact !== undefined) return exact
  throw new UploadError(
    'REQUEST_INVALID',
    `type is missing, rule '${rule.name}' names no exact one`,
  )
}

function exactSize(rule: SignerRule, text: string): SizeRange {
  if (!/^\d{1,15}$/.test(text)) {
    throw new UploadError('REQUEST_INVALID', 'size is not a whole number of bytes')
  }
  const size = Number(text)
  acceptSize(rule, size)
  if (size > MAX_SINGLE_UPLOAD_SIZE) {
    throw new UploadError(
      'FILE_TOO_LARGE',
      `file is ${size} bytes, a form takes at most ${MAX_SINGLE_UPLOAD_SIZE}`,
      { details: { actual: size, allowed: MAX_SINGLE_UPLOAD_SIZE } },
    )
  }
  return { min: size, max: size }
}
