/**
 * An uploader for one signer, as pages see it.
 *
 * @module
 */

import type { RemoveResponse } from '../protocol/messages.ts'
import type { RuleHints } from '../protocol/rule-hints.ts'
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
import type { Upload } from './upload/upload.ts'
import type { UploadArguments } from './upload/upload-options.ts'

/** Starts uploads, resumes interrupted ones and asks about stored files. */
export interface Uploader<Rules extends UploadRules = UploadRules> {
  /**
   * Starts an upload. Failures of the network or the signer reject `Upload.done`; they are not
   * thrown here.
   *
   * @throws {TypeError} When `file` is not an `UploadSource`.
   */
  upload<Name extends RuleName<Rules>>(
    file: UploadSource,
    ...[options]: UploadArguments<Rules, Name>
  ): Upload<RuleResult<Rules, Name>>
  /**
   * Opens the connections that the first upload needs: to the signer and to each of
   * `storageOrigins`. Call it when a person is about to choose a file: browsers close connections
   * that are not used for some ten seconds. Never rejects, sends no file, and can be called again.
   */
  warm(): Promise<void>
  /** Returns the uploads that a reload, a crash or a failure interrupted, newest first. */
  interrupted(): Promise<readonly InterruptedUnder<Rules>[]>
  /**
   * Asks the signer what the caller's rules allow. The browser caches the response for some
   * minutes.
   *
   * @throws {UploadError} When the signer cannot be asked or refuses.
   */
  rules(): Promise<{ readonly [Name in RuleName<Rules>]?: RuleHints }>
  /**
   * Forgets all uploads of the uploader's scope: aborts those in flight here, removes all resume
   * records, including those of other tabs, and asks the signer to delete the parts that S3 has.
   * Takes five seconds at most. Call it on logout, while the signer still knows the person.
   */
  forgetAll(): Promise<void>
  /**
   * Asks for a link to one of the person's stored files. The file's rule must have `read`. Until
   * arrival has judged the file, the call is retried for some seconds.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `READ_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_NOT_FOUND` and others, see
   *   docs/guide/downloads.md.
   */
  link(receipt: string, options?: LinkOptions): Promise<Link>
  /**
   * Removes one of the person's stored files. The file's rule must have `remove`. A file that is
   * already gone counts as removed.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `REMOVE_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_HELD` and others, see
   *   docs/guide/deleting.md.
   */
  remove(receipt: string, options?: RemoveOptions): Promise<RemoveResponse>
  /**
   * Asks for arrival's verdict on one of the person's stored files. While there is none, it asks
   * again at growing intervals, for a minute by default; then it resolves with `pending` or
   * `not-scanned`. Every rule allows it.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `OBJECT_NOT_FOUND`, also when arrival deletes what it rejects;
   *   `RECEIPT_OWNER` and others, see docs/reference/arrival.md.
   * @throws {RangeError} When `waitForMs` is below 0.
   * @example
   * ```ts
   * const answer = await uploader.verdict(receipt)
   * if (answer.verdict === 'rejected') console.warn(`not accepted: ${answer.reason}`)
   * ```
   */
  verdict(receipt: string, options?: VerdictOptions): Promise<VerdictResponse>
}

/** `rule` determines the result of a resumed upload. */
export type InterruptedUnder<Rules extends UploadRules> = {
  [Name in RuleName<Rules>]: InterruptedUpload<Name, RuleResult<Rules, Name>>
}[RuleName<Rules>]
