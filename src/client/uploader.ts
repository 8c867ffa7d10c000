/**
 * The entry of `waybill/client`: an uploader for one signer.
 *
 * @module
 */

import { baseContentType } from '../protocol/content-type.ts'
import type { CompleteResponse, FileDescription, UploadGrant } from '../protocol/messages.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import type { Progress } from './progress.ts'
import type { Send } from './send.ts'
import { sendForm } from './send-form.ts'
import { sha256Of } from './sha256.ts'
import { type SignerCalls, signerCalls } from './signer-calls.ts'
import { Upload, type UploadControl, type UploadSteps } from './upload.ts'
import { platformFetch, platformSend, signerUrl, type UploaderOptions } from './uploader-options.ts'

/** Larger files are sent in parts, which have checksums of their own. */
const MAX_HASHED_SIZE = 16 * 1024 ** 2

export interface UploadOptions<Name extends string = string> {
  /** May be left out where the signer has one rule. */
  readonly rule?: Name
  /** For the rule's `key` and `onComplete`. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Aborts the upload. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** @default the file's own name, else `file` */
  readonly name?: string
  /** Content type. @default the file's own, else `application/octet-stream` */
  readonly type?: string
}

export interface Uploader<Rules extends UploadRules> {
  /** Starts at once; never throws for what the network or the signer does, see `Upload.done`. */
  upload<Name extends RuleName<Rules>>(
    file: Blob,
    options?: UploadOptions<Name>,
  ): Upload<RuleResult<Rules, Name>>
}

/**
 * @throws {TypeError} When `endpoint` is no URL or path.
 */
export function createUploader<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): Uploader<Rules> {
  const signer = signerCalls({
    endpoint: signerUrl(options.endpoint),
    fetch: platformFetch(options),
    headers: options.headers ?? {},
    credentials: options.credentials ?? 'same-origin',
  })
  const send = platformSend(options)
  return {
    upload: (file, uploadOptions = {}) => {
      const description = describe(file, uploadOptions)
      const steps = singleSteps<never>(signer, send, file, description, uploadOptions.rule)
      const upload = new Upload(description, steps)
      if (uploadOptions.onProgress) upload.on('progress', uploadOptions.onProgress)
      followSignal(upload, uploadOptions.signal)
      return upload
    },
  }
}

function describe(file: Blob, { name, type, metadata }: UploadOptions): FileDescription {
  const ownName = file instanceof File ? file.name : ''
  return {
    name: name ?? (ownName || 'file'),
    size: file.size,
    type: baseContentType(type ?? file.type) || 'application/octet-stream',
    ...(metadata ? { metadata } : {}),
  }
}

function followSignal(upload: Upload, signal: AbortSignal | undefined): void {
  if (!signal) return
  const abort = () => upload.abort()
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
}

function singleSteps<Result>(
  signer: SignerCalls,
  send: Send,
  file: Blob,
  description: FileDescription,
  rule: string | undefined,
): UploadSteps<Result> {
  return {
    async advance(control) {
      control.enter('hashing')
      const sha256 = file.size <= MAX_HASHED_SIZE ? await sha256Of(file) : undefined
      const grant = await createOne(
        signer,
        { ...description, ...(sha256 ? { sha256 } : {}) },
        rule,
        control,
      )
      control.enter('uploading')
      if (grant.strategy !== 'post') {
        throw new UploadError('RESPONSE_INVALID', `strategy is ${grant.strategy}, expected post`)
      }
      await sendForm(send, grant, file, control.signal, control.sent)
      control.enter('completing')
      const [completed] = await signer.complete([{ waybill: grant.waybill }], control.signal)
      if (completed instanceof UploadError) throw completed
      return completed as CompleteResponse<Result>
    },
    abandon() {},
  }
}

async function createOne(
  signer: SignerCalls,
  file: FileDescription,
  rule: string | undefined,
  { signal }: UploadControl,
): Promise<UploadGrant> {
  const [grant] = await signer.create({ ...(rule ? { rule } : {}), files: [file] }, signal)
  if (grant instanceof UploadError) throw grant
  if (!grant) throw new UploadError('RESPONSE_INVALID', 'the signer answered no upload')
  return grant
}
