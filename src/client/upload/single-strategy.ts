/**
 * The course of a file that goes in one request.
 *
 * @module
 */

import type { CompleteResponse, PostGrant, PutGrant } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { ReceivedGrant } from '../calls/shared-calls.ts'
import { renewalTime, signedAtOf } from '../calls/signature-life.ts'
import type { Engine } from '../engine.ts'
import { sendSingle } from './send-single.ts'
import type { Course, Run } from './strategy-run.ts'

type SingleGrant = PostGrant | PutGrant

export class SingleCourse implements Course {
  #received: ReceivedGrant | undefined
  #waybill = ''
  #isSent = false
  readonly #engine: Engine
  readonly #create: (run: Run) => Promise<ReceivedGrant>

  /** @param create - Asks for another grant when the first has expired before the file was sent. */
  constructor(
    engine: Engine,
    received: ReceivedGrant,
    create: (run: Run) => Promise<ReceivedGrant>,
  ) {
    this.#engine = engine
    this.#received = received
    this.#create = create
  }

  async run(run: Run): Promise<CompleteResponse> {
    if (!this.#isSent) {
      run.control.enter('uploading')
      const granted = () => this.#granted(run)
      const forgetGrant = () => {
        this.#received = undefined
      }
      const { file, requester, control } = run
      await sendSingle(this.#engine, { file, requester, granted, forgetGrant }, control)
      this.#isSent = true
    }
    run.control.enter('completing')
    return run.slots.complete.call({ waybill: this.#waybill }, run.callOptions)
  }

  async forget(): Promise<void> {}

  takeBack(): void {}

  async #granted(run: Run): Promise<SingleGrant> {
    const now = this.#engine.effects.now().getTime()
    if (!this.#received || renewalOf(this.#received) <= now) {
      this.#received = await this.#create(run)
    }
    const { grant } = this.#received
    if (grant.strategy === 'multipart') {
      throw new UploadError('RESPONSE_INVALID', 'strategy is multipart, it was post or put before')
    }
    this.#waybill = grant.waybill
    return grant
  }
}

function renewalOf({ grant, receivedAt }: ReceivedGrant): number {
  if (grant.strategy === 'multipart') return Number.POSITIVE_INFINITY
  const signedAt = grant.strategy === 'put' ? signedAtOf(grant.url) : dateField(grant)
  return renewalTime(signedAt, grant.expiration, receivedAt)
}

/** S3 reads the names of form fields in any case. */
function dateField({ presignedPost }: PostGrant): string | undefined {
  const fields = Object.entries(presignedPost.fields)
  return fields.find(([name]) => name.toLowerCase() === 'x-amz-date')?.[1]
}
