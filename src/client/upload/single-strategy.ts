/**
 * Strategies `post` and `put`: the whole file in one request, made again until it is stored or
 * refused for good.
 *
 * An attempt whose answer was lost may have stored the object. While its signature works it is made
 * again under the same key, which changes nothing; after that it is completed, and only when S3 has
 * no such object the signer is asked for another key.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 * @module
 */

import type { CompleteResponse, PostGrant, PutGrant } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { ReceivedGrant } from '../calls/shared-calls.ts'
import type { Engine } from '../engine.ts'
import { isAbsent, isRefusal, treatSending } from '../retry/remedies.ts'
import { retrying } from '../retry/retry.ts'
import { sendAttempt } from '../transport/send-attempt.ts'
import { type SendRequest, sendableHeaders } from '../transport/send-request.ts'
import { formBody } from './form-body.ts'
import type { RunContext, StrategyRun } from './strategy-run.ts'

export class SingleStrategy implements StrategyRun {
  readonly #engine: Engine
  #received: ReceivedGrant | undefined
  #waybill = ''
  /** S3 said that it has the object. */
  #isStored = false
  /** The bytes have left and S3 has not said that it refused them. */
  #mayBeStored = false

  constructor(engine: Engine, received: ReceivedGrant) {
    this.#engine = engine
    this.#received = received
  }

  async run(context: RunContext): Promise<CompleteResponse> {
    if (!this.#isStored) {
      context.control.enter('uploading')
      const completed = await this.#send(context)
      if (completed) return completed
      this.#isStored = true
    }
    context.control.enter('completing')
    return this.#complete(context)
  }

  async forget(): Promise<void> {}

  takeBack(): void {}

  /** @returns What completes an earlier attempt, where one had stored the object. */
  async #send(context: RunContext): Promise<CompleteResponse | undefined> {
    const { effects } = this.#engine
    const { file, requester, control } = context
    const attempts = { requester, signal: control.signal, file, stalls: 0 }
    const options = {
      ...{ effects, treat: treatSending, ...context.callOptions },
      reSign: () => {
        this.#received = undefined
      },
    }
    try {
      return await retrying(options, async () => {
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
      await sendAttempt(this.#engine, attempts, () => this.#prepare(context))
    } catch (error) {
      if (isRefusal(error)) this.#mayBeStored = before
      throw error
    }
  }

  /** Before another key is asked for: is there an object under the first one? */
  async #completeUnknown(context: RunContext): Promise<CompleteResponse | undefined> {
    if (!this.#mayBeStored || this.#hasSignature) return undefined
    try {
      return await this.#complete(context)
    } catch (error) {
      if (!isAbsent(error)) throw error
      this.#mayBeStored = false
      return undefined
    }
  }

  get #hasSignature(): boolean {
    const now = this.#engine.effects.now().getTime()
    return this.#received !== undefined && now < this.#received.renewAt
  }

  #complete({ slots, callOptions }: RunContext): Promise<CompleteResponse> {
    return slots.complete.call({ waybill: this.#waybill }, callOptions)
  }

  /** Called when there is a connection. */
  async #prepare({ file, control, askGrant }: RunContext): Promise<Omit<SendRequest, 'signal'>> {
    if (!this.#hasSignature) {
      if (this.#mayBeStored) {
        throw new UploadError('POLICY_EXPIRED', 'the signature expired before the file was sent')
      }
      this.#received = await askGrant()
    }
    const grant = this.#received?.grant
    if (!grant || grant.strategy === 'multipart') {
      throw new UploadError('RESPONSE_INVALID', 'strategy is multipart, it was post or put before')
    }
    this.#waybill = grant.waybill
    const request = requestOf(grant, file, this.#engine.effects.random)
    this.#mayBeStored = true
    return { ...request, size: file.size, onSent: control.sent }
  }
}

function requestOf(
  grant: PostGrant | PutGrant,
  file: Blob,
  random: () => number,
): Pick<SendRequest, 'method' | 'url' | 'headers' | 'body'> {
  if (grant.strategy === 'put') {
    return { method: 'PUT', url: grant.url, headers: sendableHeaders(grant.headers), body: file }
  }
  const { url, fields } = grant.presignedPost
  const body = formBody(fields, file, random)
  return { method: 'POST', url, headers: { 'content-type': body.type }, body }
}
