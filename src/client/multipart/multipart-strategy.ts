/**
 * The course of a file that goes in parts. S3's own list of parts is asked where memory and S3 may differ: after a
 * reload, after a pause, and when a request found the upload in another state than expected.
 *
 * @module
 */

import type { CompleteResponse } from '../../protocol/messages.ts'
import type { Engine } from '../engine.ts'
import type { RecordWriter } from '../resume/record-writer.ts'
import { needsList } from '../retry/remedies.ts'
import type { Course, Run } from '../upload/strategy-run.ts'
import type { MultipartUpload } from './multipart-upload.ts'

/** How often S3's list is asked for what is missing before the upload fails. */
const MAX_LISTS = 3

export class MultipartCourse implements Course {
  readonly #engine: Engine
  readonly #upload: MultipartUpload
  readonly #writer: RecordWriter | undefined
  #isNew: boolean

  /** @param isNew - Whether the upload was begun just now: then S3 has nothing of it. */
  constructor(
    engine: Engine,
    upload: MultipartUpload,
    writer: RecordWriter | undefined,
    isNew: boolean,
  ) {
    this.#engine = engine
    this.#upload = upload
    this.#writer = writer
    this.#isNew = isNew
  }

  async run(run: Run): Promise<CompleteResponse> {
    const { control, callOptions, requester } = run
    if (!this.#isNew) await this.#upload.reconcile(callOptions)
    this.#isNew = false
    control.startAt(this.#upload.ledger.storedSize)
    for (let lists = 0; ; lists += 1) {
      try {
        control.enter('uploading')
        await this.#upload.send(control, requester, () => this.#writer?.touch())
        control.enter('completing')
        const crc64nvme = this.#upload.ledger.wholeCrc()
        return await run.slots.complete.call({ ...this.#upload.reference, crc64nvme }, callOptions)
      } catch (error) {
        control.signal.throwIfAborted()
        if (lists >= MAX_LISTS || !needsList(error)) throw error
        await this.#upload.reconcile(callOptions)
      }
    }
  }

  async forget(): Promise<void> {
    await this.#writer?.remove()
  }

  takeBack(): void {
    void this.#engine.calls.abort(this.#upload.reference)
  }
}
