import type { MaybeRefOrGetter } from 'vue'
import { createUploader } from '../client/create-uploader.ts'
import { ofAllRules } from '../client/list/all-rules.ts'
import type { UseUploadsOptions } from '../client/list/component-list.ts'
import type { Uploader } from '../client/uploader.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'
import { type Interrupted, type Uploads, useUploadsOf } from './use-uploads.ts'

/** The composables for one signer, and the uploader they share. */
export interface UploadComposables<Rules extends UploadRules> {
  /**
   * Uploads files under one rule until the component is unmounted or its effect scope is stopped.
   *
   * @param options - Pass a ref or a getter if the options can change.
   */
  readonly useUploads: <Name extends RuleName<Rules>>(
    rule: Name,
    options?: MaybeRefOrGetter<UseUploadsOptions<RuleResult<Rules, Name>>>,
  ) => Uploads<RuleResult<Rules, Name>>
  /** Returns the interrupted uploads of all rules, so that the user can resume them. */
  readonly useInterrupted: (options?: MaybeRefOrGetter<UseUploadsOptions>) => Interrupted
  /** The uploader, for uploads outside components and for calling `forgetAll` at logout. */
  readonly uploader: Uploader<Rules>
}

/**
 * Creates the composables for one signer. Call this once, outside components, so that all
 * components share one uploader and its connections.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names it.
 * @example
 * ```ts
 * import type { rules } from './rules.ts' // checks the rule names
 *
 * export const { useUploads, useInterrupted } = uploadComposables<typeof rules>({
 *   endpoint: '/api/uploads',
 * })
 * ```
 */
export function uploadComposables<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): UploadComposables<Rules> {
  const uploader = createUploader<Rules>(options)
  // `UploadComposables` already checks the rule names at compile time.
  const untyped = uploader as unknown as Uploader
  const allRules = ofAllRules(untyped)
  return {
    useUploads: (rule, uploadsOptions = {}) => useUploadsOf(untyped, rule, uploadsOptions),
    useInterrupted: (interruptedOptions = {}) =>
      useUploadsOf(allRules, undefined, interruptedOptions),
    uploader,
  }
}
