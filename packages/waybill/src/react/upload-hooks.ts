/**
 * The entry of `waybill/react`: the hooks of one signer.
 *
 * @module
 */

import { ofAllRules } from '../client/list/all-rules.ts'
import type { UseUploadsOptions } from '../client/list/held-list.ts'
import { createUploader, type Uploader } from '../client/uploader.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import { type Interrupted, type Uploads, useUploadsOf } from './use-uploads.ts'

/** The hooks of one signer, and what they upload with. */
export interface UploadHooks<Rules extends UploadRules> {
  /**
   * The uploads of a component under one rule.
   *
   * @param rule - Another one begins another list.
   * @param options - Those of the last render count.
   */
  readonly useUploads: <Name extends RuleName<Rules>>(
    rule: Name,
    options?: UseUploadsOptions<RuleResult<Rules, Name>>,
  ) => Uploads<RuleResult<Rules, Name>>
  /** Uploads that a reload or a crash has interrupted, under whatever rule. */
  readonly useInterrupted: (options?: UseUploadsOptions) => Interrupted
  /** For uploads without a component, and for `forgetAll` at a logout. */
  readonly uploader: Uploader<Rules>
}

/**
 * Makes the hooks of one signer. Call it once, outside of components: what it returns shares one
 * uploader, and so its connections.
 *
 * @throws {TypeError | RangeError} Which option is wrong, and what it may be.
 * @example
 * ```ts
 * // uploads.ts
 * import type { rules } from './rules.ts' // checks the names of rules
 *
 * export const { useUploads, useInterrupted } = uploadHooks<typeof rules>({
 *   endpoint: '/api/uploads',
 * })
 * ```
 */
export function uploadHooks<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): UploadHooks<Rules> {
  const uploader = createUploader<Rules>(options)
  // The names of rules are checked by the types below.
  const untyped = uploader as unknown as Uploader
  const allRules = ofAllRules(untyped)
  return {
    useUploads: (rule, uploadsOptions = {}) => useUploadsOf(untyped, rule, uploadsOptions),
    useInterrupted: (interruptedOptions = {}) =>
      useUploadsOf(allRules, undefined, interruptedOptions),
    uploader,
  }
}
