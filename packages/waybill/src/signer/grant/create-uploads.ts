/**
 * `POST` on the base URL: grants uploads for the files that the rule accepts.
 *
 * @module
 */

import { declaredType } from '../../events/report-event.ts'
import type { PublicAuthorization, SignerRequest } from '../../protocol/authorization.ts'
import type { CreateResponse, FileDescription, UploadGrant } from '../../protocol/messages.ts'
import { parseCreateRequest } from '../../protocol/parse-create.ts'
import type { GrantEvent } from '../../protocol/signer-event.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { AcceptedFile } from '../../protocol/upload-rule.ts'
import type { Waybill } from '../../seal/waybill.ts'
import { inBatches } from '../../storage/in-batches.ts'
import { type CallContext, errorMessage } from '../context/call-context.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { WithinQuota } from '../quota/count-grants.ts'
import { withinQuota } from '../quota/rule-quota.ts'
import { failureOf, reportRefusal, uploadOf } from '../refusals.ts'
import { authorized, findRule, ruleFor } from '../rules/authorize.ts'
import { acceptedFile, acceptSize, acceptType, chooseKey } from '../rules/choose-key.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { planUpload } from '../strategy-and-part-size.ts'
import { grantUpload } from './presign-upload.ts'
import { checkSha256 } from './required-sha256.ts'

/**
 * @throws {UploadError} If the whole call is rejected. The response contains the errors for
 *   individual files.
 */
export async function createUploads(
  context: CallContext,
  request: SignerRequest,
  body: unknown,
): Promise<CreateResponse> {
  const { rule: name, files } = parseCreateRequest(body)
  const asked = findRule(context, name)
  const authorization = await authorized(context, asked, request)
  const rule = await ruleFor(context, asked, authorization)
  const call = {
    request,
    authorization,
    countUpload: countUploads(authorization),
    withinQuota: withinQuota(context, rule, authorization.owner),
  }
  const uploads = await inBatches(files, async (file) => {
    try {
      if (file instanceof UploadError) throw file
      return await createOnce(context, rule, file, call)
    } catch (error) {
      const failure = failureOf(context, error)
      const { owner } = authorization
      reportRefusal(context, 'create', failure, {
        rule: rule.name,
        ...(owner === undefined ? {} : { owner }),
        ...(file instanceof UploadError ? {} : { size: file.size, ...declaredType(file.type) }),
      })
      return errorMessage(context, failure)
    }
  })
  return { uploads }
}

interface CreateCall {
  readonly request: SignerRequest
  readonly authorization: PublicAuthorization
  readonly countUpload: () => void
  readonly withinQuota: WithinQuota
}

/**
 * Caches only multipart grants. A single-request upload leaves nothing behind if its response is
 * lost.
 */
async function createOnce(
  context: SignerContext,
  rule: SignerRule,
  file: FileDescription,
  call: CreateCall,
): Promise<UploadGrant> {
  const create = () => createUpload(context, rule, file, call)
  const isInParts = file.size > context.multipartThreshold
  if (file.nonce === undefined || !isInParts) return create()
  const { owner, only } = call.authorization
  const asked = JSON.stringify([rule.name, owner, only, file])
  return context.creations.once(asked, create)
}

async function createUpload(
  context: SignerContext,
  rule: SignerRule,
  described: FileDescription,
  { request, authorization, countUpload, withinQuota }: CreateCall,
): Promise<UploadGrant> {
  const file = rule.only?.accept(described) ?? described
  const type = acceptType(rule, file.type)
  acceptSize(rule, file.size)
  const plan = planUpload(context, file, rule)
  checkSha256(context, rule, file, plan)
  const accepted = acceptedFile(context, { ...file, type }, authorization)
  const { given } = context
  await rule.accept({ file: accepted, authorization, request, context: given }, context)
  if (plan.strategy === 'multipart' || rule.quota) countUpload()
  return withinQuota(file.size, async () => {
    const waybill: Waybill = {
      ...waybillOf(context, rule, authorization, accepted),
      key: await chooseKey(context, rule, accepted),
      size: { min: file.size, max: file.size },
      type,
      ...plan,
      ...(file.sha256 === undefined ? {} : { sha256: file.sha256 }),
    }
    const seal = await context.seal()
    const grant = await grantUpload(context, rule, waybill, await seal.seal(waybill))
    reportGrant(context, 'create', waybill)
    return grant
  })
}

export function reportGrant(
  { report }: SignerContext,
  call: GrantEvent['call'],
  waybill: Waybill,
): void {
  const { strategy, size } = waybill
  const bound = size.min === size.max ? {} : { maxSize: size.max }
  report?.({ type: 'grant', call, strategy, ...uploadOf(waybill), ...bound })
}

/** Returns the waybill properties that do not depend on how the file is sent. */
export function waybillOf(
  { now, waybillExpiresInSeconds }: SignerContext,
  rule: SignerRule,
  { owner }: PublicAuthorization,
  { name, path, id, metadata }: AcceptedFile<PublicAuthorization>,
): Pick<
  Waybill,
  'rule' | 'owner' | 'name' | 'folders' | 'id' | 'metadata' | 'grantedAt' | 'expiration'
> {
  const grantedAt = now()
  return {
    rule: rule.name,
    name,
    id,
    metadata,
    grantedAt,
    expiration: new Date(grantedAt.getTime() + waybillExpiresInSeconds * 1000),
    ...(owner === undefined ? {} : { owner }),
    ...(path === name ? {} : { folders: path.slice(0, -name.length - 1) }),
  }
}

/**
 * Applies if the caller is unknown. Clients send six large files at once, so ten per call keep them
 * busy.
 */
const MAX_WITHOUT_OWNER = 10

/**
 * Returns a function to call before each costly upload is created. It throws `TOO_MANY_UPLOADS`
 * once the call has reached the limit.
 *
 * A multipart upload costs a request to S3, which keeps the upload until it is completed, aborted
 * or expired. Under a rule with `quota`, each file costs a request to the quota store. All other
 * files cost nothing until they are sent, so they are not counted.
 */
function countUploads({ owner }: PublicAuthorization): () => void {
  let count = 0
  return () => {
    count += 1
    if (owner !== undefined || count <= MAX_WITHOUT_OWNER) return
    throw new UploadError(
      'TOO_MANY_UPLOADS',
      `file is number ${count} in this call that goes in parts or counts for a quota, ` +
        `at most ${MAX_WITHOUT_OWNER} are allowed without an owner: ask for it again in another call`,
    )
  }
}
