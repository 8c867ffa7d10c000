import type { RawRequest, Reply } from './request/raw-request.ts'
import { System, type Target } from './system.ts'

export interface CarefulOptions {
  readonly made: Set<string>
  /** No request is sent after it. */
  readonly stopped?: AbortSignal | undefined
  /** Ends the request in flight. */
  readonly late?: AbortSignal | undefined
}

/**
 * Never sends a request to a bucket that was there before the case, and knows which buckets the
 * case has made.
 */
export class CarefulSystem extends System {
  /** Buckets that certainly were not there before, and may be there now. */
  readonly made: Set<string>
  readonly #stopped: AbortSignal | undefined
  readonly #late: AbortSignal | undefined

  constructor(target: Target, bucket: string, { made, stopped, late }: CarefulOptions) {
    super(target, bucket)
    this.made = made
    this.#stopped = stopped
    this.#late = late
  }

  /** @throws If the request is about a bucket that is not the case's own. */
  override async send(raw: RawRequest): Promise<Reply> {
    const bucket = bucketIn(raw)
    if (bucket === undefined || this.made.has(bucket)) return this.#send(raw)
    // The case's own name is random.
    if (!bucket.includes(this.bucket) && !(await this.#isFree(bucket))) {
      throw new Error(`not run: the bucket ${bucket} exists`)
    }
    // A lenient server makes buckets that S3 refuses, some even for an object.
    const mayMake = raw.method === 'PUT' || raw.method === 'POST'
    if (!mayMake) return this.#send(raw)
    this.made.add(bucket)
    const reply = await this.#send(raw)
    if (reply.status >= 300 && reply.status < 500) this.made.delete(bucket)
    return reply
  }

  #send(raw: RawRequest): Promise<Reply> {
    this.#stopped?.throwIfAborted()
    return super.send(raw, { signal: this.#late })
  }

  async #isFree(bucket: string): Promise<boolean> {
    const list = { path: `/${bucket}`, query: { 'list-type': '2', 'max-keys': '1' } }
    const { status, code } = await this.#send(await this.signed(list))
    return status === 404 || code === 'InvalidBucketName'
  }
}

function bucketIn({ path }: RawRequest): string | undefined {
  return /^\/([^/?]+)/.exec(path)?.[1]
}
