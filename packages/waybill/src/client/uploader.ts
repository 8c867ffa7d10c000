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

/** Starts uploads, resumes interrupted ones, and links to or removes stored files. */
export interface Uploader<Rules extends UploadRules = UploadRules> {
  /**
   * Starts an upload. Network and signer failures are not thrown here; they reject `Upload.done`.
   *
   * @throws {TypeError} When `file` is not an `UploadSource`.
   */
  upload<Name extends RuleName<Rules>>(
    file: UploadSource,
    ...[options]: UploadArguments<Rules, Name>
  ): Upload<RuleResult<Rules, Name>>
  /**
   * Opens the connections that the first upload needs: one to the signer and one to each of
   * `storageOrigins`. Call it when the user is about to choose a file, because browsers close
   * connections that are unused for about ten seconds. Never rejects and never sends a file. You
   * can call it repeatedly.
   */
  warm(): Promise<void>
  /** Returns the uploads that a reload, a crash or a failure interrupted, newest first. */
  interrupted(): Promise<readonly InterruptedUnder<Rules>[]>
  /**
   * Requests from the signer what the caller's rules allow. The browser caches the response for a
   * few minutes.
   *
   * @throws {UploadError} When the signer cannot be reached or rejects the call.
   */
  rules(): Promise<{ readonly [Name in RuleName<Rules>]?: RuleHints }>
  /**
   * Forgets all uploads in the uploader's scope: aborts this uploader's uploads in flight, removes
   * all resume records, including other tabs' records, and asks the signer to delete the parts that
   * S3 has. Waits five seconds for the signer at most. Call it on logout, while the signer still
   * accepts the user's credentials.
   */
  forgetAll(): Promise<void>
  /**
   * Requests a link to one of the user's stored files. The file's rule must have `read`. Until
   * arrival has checked the file, the call is retried for a few seconds.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `READ_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_NOT_FOUND` and others; see
   *   docs/guide/downloads.md.
   */
  link(receipt: string, options?: LinkOptions): Promise<Link>
  /**
   * Removes one of the user's stored files. The file's rule must have `remove`. A file that is
   * already gone counts as removed.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `REMOVE_NOT_ALLOWED`, `RECEIPT_OWNER`, `OBJECT_HELD` and others; see
   *   docs/guide/deleting.md.
   */
  remove(receipt: string, options?: RemoveOptions): Promise<RemoveResponse>
  /**
   * Requests arrival's verdict on one of the user's stored files. While there is no verdict, the
   * call is repeated at growing intervals, for a minute by default; then it resolves with `pending`
   * or `not-scanned`. Every rule allows this call.
   *
   * @param receipt - From the result of `Upload.done`.
   * @throws {UploadError} `OBJECT_NOT_FOUND`, also when arrival has rejected and deleted the file;
   *   `RECEIPT_OWNER` and others; see docs/reference/arrival.md.
   * @throws {RangeError} When `waitForMs` is below 0.
   * @example
   * ```ts
   * const answer = await uploader.verdict(receipt)
   * if (answer.verdict === 'rejected') console.warn(`not accepted: ${answer.reason}`)
   * ```
   */
  verdict(receipt: string, options?: VerdictOptions): Promise<VerdictResponse>
}

/** An interrupted upload whose `rule` determines the type of its result. */
export type InterruptedUnder<Rules extends UploadRules> = {
  [Name in RuleName<Rules>]: InterruptedUpload<Name, RuleResult<Rules, Name>>
}[RuleName<Rules>]
