import type { RemoveResponse, RuleHints } from '../protocol/messages.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import type { VerdictResponse } from '../protocol/verdict.ts'
import type { UploadSource } from './file/file-source.ts'
import type {
  Link,
  LinkOptions,
  RemoveOptions,
  VerdictOptions,
} from './signer-calls/stored-object.ts'
import type { InterruptedUpload } from './upload/interrupted.ts'
import type { Upload, UploadArguments } from './upload/upload.ts'

/** Starts and resumes uploads, creates links to stored files and removes them. */
export interface Uploader<Rules extends UploadRules = UploadRules> {
  /**
   * Starts an upload. Network and signer errors do not throw here. They reject `Upload.done`.
   *
   * @throws {TypeError} When `file` is not an `UploadSource`.
   */
  upload<Name extends RuleName<Rules>>(
    file: UploadSource,
    ...[options]: UploadArguments<Rules, Name>
  ): Upload<RuleResult<Rules, Name>>
  /**
   * Opens the connections that the first upload will need: one to the signer and one to each origin
   * in `storageOrigins`. Call it just before the user chooses a file, because browsers close idle
   * connections after about ten seconds. It never rejects, and you can call it repeatedly.
   */
  warm(): Promise<void>
  /** Returns the uploads that were interrupted by a reload, a crash or a failure, newest first. */
  interrupted(): Promise<readonly InterruptedUnder<Rules>[]>
  /**
   * Fetches what each rule allows the current user, such as file types and sizes. The browser
   * caches the response for a few minutes.
   *
   * @throws {UploadError} When the signer cannot be reached or rejects the call.
   */
  rules(): Promise<{ readonly [Name in RuleName<Rules>]?: RuleHints }>
  /**
   * Aborts this uploader's uploads in flight, removes all resume records in its scope, including
   * those from other tabs, and asks the signer to delete the parts already stored in S3. Waits for
   * the signer for up to five seconds. Call it on logout, while the signer still accepts the user's
   * credentials.
   */
  forgetAll(): Promise<void>
  /**
   * Requests a link to one of the user's stored files. The file's rule must have `read`. While the
   * arrival check is still running, the call is retried for a few seconds.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `READ_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_NOT_FOUND` and others. See
   *   docs/guide/downloads.md.
   */
  link(receipt: string, options?: LinkOptions): Promise<Link>
  /**
   * Removes one of the user's stored files. The file's rule must have `remove`. Removing a file
   * that no longer exists succeeds.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `REMOVE_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_HELD` and others. See
   *   docs/guide/deleting.md.
   */
  remove(receipt: string, options?: RemoveOptions): Promise<RemoveResponse>
  /**
   * Returns the arrival check's verdict on one of the user's stored files. While there is none, the
   * signer is polled at growing intervals, for a minute by default. After that, the call resolves
   * with `pending` or `not-scanned`. This works with every rule.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `OBJECT_NOT_FOUND`, also for files that the arrival check rejected and
   *   deleted. For `RECEIPT_OWNER` and others, see docs/reference/arrival.md.
   * @throws {RangeError} When `waitForMs` is negative.
   * @example
   * ```ts
   * const answer = await uploader.verdict(receipt)
   * if (answer.verdict === 'rejected') console.warn(`not accepted: ${answer.reason}`)
   * ```
   */
  verdict(receipt: string, options?: VerdictOptions): Promise<VerdictResponse>
}

/** An interrupted upload. Checking its `rule` narrows the type of its result. */
export type InterruptedUnder<Rules extends UploadRules> = {
  [Name in RuleName<Rules>]: InterruptedUpload<Name, RuleResult<Rules, Name>>
}[RuleName<Rules>]
