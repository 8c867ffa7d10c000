/**
 * The `post` and `put` strategies send the whole file in a single request.
 *
 * If the response to an attempt was lost, the object may have been stored anyway. While the
 * signature is valid, repeating the request is harmless, because the key stays the same. Once it
 * has expired, `complete` is called first, and a new key is requested only if the object does not
 * exist.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 * @module
 */

import type { CompleteResponse, PostGrant, PutGrant } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { asClockSkew, isAbsent, isRefusal, treatLost, treatSending } from '../error-table.ts'
import { readWhole } from '../file/file-source.ts'
import { retry } from '../send/retry.ts'
import { type CountedRequest, sendAttempt } from '../send/send-attempt.ts'
import type { StorageRequest } from '../send/storage-request.ts'
import { sendableHeaders } from '../send/transport.ts'
import type { ReceivedGrant } from '../signer-calls/shared-calls.ts'
import type { Engine, RunContext, StrategyRun } from './engine.ts'

export class SingleStrategy implements StrategyRun {
  readonly #engine: Engine
  #received: ReceivedGrant | undefined
  #waybill = ''
  #isStored = false
  /** Whether the response contained an ETag, so that it probably came from S3 itself. */
  #isProven = false
  /** Whether bytes were sent and S3 has not rejected them. */
  #mayBeStored = false
  /** The signer's response when its clock seemed to be wrong. */
  #clock: unknown

  constructor(engine: Engine, received: ReceivedGrant) {
    this.#engine = engine
    this.#received = received
  }

  run(context: RunContext): Promise<CompleteResponse> {
    const { retryContext } = this.#engine
    const treat = (error: UploadError) => treatLost(error, this.#isProven)
    const options = { retryContext, treat, ...context.callOptions }
    return retry(options, () => this.#sendAndComplete(context))
  }

  async #sendAndComplete(context: RunContext): Promise<CompleteResponse> {
    if (!this.#isStored) {
      context.control.enter('uploading')
      const completed = await this.#send(context)
      if (completed) return completed
      this.#isStored = true
    }
    context.control.enter('completing')
    try {
      return await this.#complete(context)
    } catch (error) {
      // A proxy answered instead of S3, so send the bytes again.
      if (isAbsent(error)) {
        this.#isStored = false
        this.#mayBeStored = false
      }
      throw error
    }
  }

  async forget(): Promise<void> {}

  takeBack(): boolean {
    return false
  }

  /** @returns The completed upload, if an earlier attempt stored the object. */
  async #send(context: RunContext): Promise<CompleteResponse | undefined> {
    const { retryContext } = this.#engine
    const { file, requester, control } = context
    const { signal, gone, waits } = control
    const attempts = { requester, signal, gone, waits, file, stalls: 0 }
    const options = {
      ...{ retryContext, side: 'storage' as const, treat: treatSending, ...context.callOptions },
      reSign: () => {
        this.#received = undefined
      },
    }
    try {
      return await retry(options, async () => {
        const completed = await this.#completeUnknown(context)
        if (!completed) await this.#attempt(context, attempts)
        return completed
      })
    } catch (error) {
      const isStored = error instanceof UploadError && treatSending(error).remedy === 'stored'
      if (!isStored) throw error
      return undefined
    }
  }

  async #attempt(context: RunContext, attempts: Parameters<typeof sendAttempt>[1]): Promise<void> {
    const before = this.#mayBeStored
    try {
      const { headers } = await sendAttempt(this.#engine, attempts, () => this.#prepare(context))
      const { size } = context.file
      context.control.sent(size, size, size)
      this.#isProven = headers.etag !== undefined
    } catch (error) {
      if (isRefusal(error)) this.#mayBeStored = before
      const { renewAt = 0 } = this.#signed ?? {}
      const cause = asClockSkew(error, renewAt, this.#engine.effects.now())
      if (cause === error) throw error
      // The signer's clock may be slow. The signer notices this when it calls S3.
      this.#clock ??= await this.#complete(context).catch((said: unknown) => said)
      const isSaid = this.#clock instanceof UploadError && this.#clock.code === 'CLOCK_SKEWED'
      throw isSaid ? this.#clock : cause
    }
  }

  /** Checks whether the object exists under the old key before a new key is requested. */
  async #completeUnknown(context: RunContext): Promise<CompleteResponse | undefined> {
    if (!this.#mayBeStored || this.#signed) return undefined
    try {
      return await this.#complete(context)
    } catch (error) {
      if (!isAbsent(error)) throw error
      this.#mayBeStored = false
      return undefined
    }
  }

  get #signed(): ReceivedGrant | undefined {
    const now = this.#engine.effects.now().getTime()
    return this.#received && now < this.#received.renewAt ? this.#received : undefined
  }

  #complete({ slots, callOptions }: RunContext): Promise<CompleteResponse> {
    return slots.complete.call({ waybill: this.#waybill }, callOptions)
  }

  async #prepare({ file, control, askGrant }: RunContext): Promise<CountedRequest> {
    let received = this.#signed
    if (!received) {
      if (this.#mayBeStored) {
        throw new UploadError('POLICY_EXPIRED', 'the signature expired before the file was sent')
      }
      received = await askGrant()
      this.#received = received
    }
    const { grant } = received
    if (grant.strategy === 'multipart') {
      void this.#engine.calls.abort(grant)
      throw new UploadError('RESPONSE_INVALID', 'strategy is multipart, expected post or put')
    }
    this.#waybill = grant.waybill
    const request = await requestOf(grant, file, this.#engine.effects.random)
    this.#mayBeStored = true
    control.sent(0, 0) // everything has to be sent again
    return { ...request, size: file.size, onSent: control.sent }
  }
}

async function requestOf(
  grant: PostGrant | PutGrant,
  file: Blob,
  random: () => number,
): Promise<Pick<StorageRequest, 'method' | 'url' | 'headers' | 'body'>> {
  if (grant.strategy === 'put') {
    return { method: 'PUT', url: grant.url, headers: sendableHeaders(grant.headers), body: file }
  }
  const { url, fields } = grant.presignedPost
  const body = await formBody(fields, file, random)
  return { method: 'POST', url, headers: { 'content-type': body.type }, body }
}

/** Implemented by `DiskFile`. */
interface Framable {
  readonly within?: (before: string, after: string, type: string) => Blob
}

/**
 * Creates a `multipart/form-data` body as a `Blob`. Unlike with `FormData`, its length is known and
 * its bytes can be counted as they are sent. The file is copied only if the platform cannot put it
 * into another `Blob`, as Bun cannot with a `Bun.file`.
 *
 * @param file - Must come last in the form and have the name `file`, as S3 requires.
 * @returns A blob whose `type` is the Content-Type to send.
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
async function formBody(
  fields: Readonly<Record<string, string>>,
  file: Blob & Framable,
  random: () => number,
): Promise<Blob> {
  // The file can contain any bytes, so the boundary must not be guessable. Each number adds 52
  // random bits.
  const boundary = `${random().toString(36)}${random().toString(36)}`
  const escaped = (name: string) => name.replace(/[\n\r"]/g, encodeURIComponent)
  const part = (name: string, rest: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${rest}\r\n`
  // Use a single string, because runtimes read each piece of a `Blob` separately, and some also
  // send it separately.
  let head = ''
  for (const [name, value] of Object.entries(fields)) head += part(name, `\r\n\r\n${value}`)
  head += part('file', '; filename="file"\r\nContent-Type: application/octet-stream\r\n')
  const end = `\r\n--${boundary}--\r\n`
  const type = `multipart/form-data; boundary=${boundary}`
  const form = (content: BlobPart) => new Blob([head, content, end], { type })
  const body = file.within?.(head, end, type) ?? form(file)
  // Do not measure with another `Blob`, which browsers would create in another process.
  const { length } = new TextEncoder().encode(head + end)
  return body.size === length + file.size ? body : form(await readWhole(file))
}
