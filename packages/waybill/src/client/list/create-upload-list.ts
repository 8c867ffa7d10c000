import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import type { Uploader } from '../uploader.ts'
import type { AnyUploader } from './list-options.ts'
import { checkListOptions, type UploadListArguments } from './list-options.ts'
import { LiveList } from './live-list.ts'
import type { UploadList } from './upload-list.ts'

/**
 * Creates a list of uploads under one rule. The list makes no requests until it is used, so you can
 * create it during server-side rendering.
 *
 * @throws {TypeError | RangeError} When an option is invalid.
 * @example
 * ```ts
 * const list = createUploadList(uploader, { rule: 'photos' })
 * list.subscribe(() => {
 *   const { items, total } = list.getSnapshot()
 *   draw(total.fraction)
 * })
 * list.add([file])
 * ```
 */
export function createUploadList<Rules extends UploadRules, Name extends RuleName<Rules>>(
  uploader: Uploader<Rules>,
  ...[options = {}]: UploadListArguments<Rules, Name>
): UploadList<RuleResult<Rules, Name>> {
  checkListOptions(options)
  return new LiveList<RuleResult<Rules, Name>>(uploader as unknown as AnyUploader, options)
}
