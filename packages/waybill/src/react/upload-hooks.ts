import { createUploader } from '../client/create-uploader.ts'
import { ofAllRules } from '../client/list/all-rules.ts'
import type { UseUploadsOptions } from '../client/list/component-list.ts'
import type { Uploader } from '../client/uploader.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import { type Interrupted, type Uploads, useUploadsOf } from './use-uploads.ts'

/** The hooks for one signer, and the uploader they share. */
export interface UploadHooks<Rules extends UploadRules> {
  /**
   * Uploads files under one rule.
   *
   * @param rule - If it changes, the hook starts a new, empty list.
   * @param options - All except `hints` can change between renders.
   */
  readonly useUploads: <Name extends RuleName<Rules>>(
    rule: Name,
    options?: UseUploadsOptions<RuleResult<Rules, Name>>,
  ) => Uploads<RuleResult<Rules, Name>>
  /** Returns the interrupted uploads of all rules, so that the user can resume them. */
  readonly useInterrupted: (options?: UseUploadsOptions) => Interrupted
  /** The uploader, for uploads outside components and for calling `forgetAll` at logout. */
  readonly uploader: Uploader<Rules>
}

/**
 * Creates the hooks for one signer. Call this once, outside components, so that all components
 * share one uploader and its connections.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names it.
 * @example
 * ```ts
 * // uploads.ts
 * import type { rules } from './rules.ts' // checks the rule names
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
  // `UploadHooks` already checks the rule names at compile time.
  const untyped = uploader as unknown as Uploader
  const allRules = ofAllRules(untyped)
  return {
    useUploads: (rule, uploadsOptions = {}) => useUploadsOf(untyped, rule, uploadsOptions),
    useInterrupted: (interruptedOptions = {}) =>
      useUploadsOf(allRules, undefined, interruptedOptions),
    uploader,
  }
}
