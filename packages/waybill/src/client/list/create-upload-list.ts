/**
 * A list of uploads that an interface draws: React, Vue, Svelte, a custom element, or a page of its
 * own. It knows no framework.
 *
 * @module
 */

import type { RuleName, RuleResult, UploadRules } from '../../protocol/upload-rule.ts'
import type { Uploader } from '../uploader.ts'
import type { AnyUploader } from './any-uploader.ts'
import { FilesOfRule } from './files-of-rule.ts'
import { checkListOptions, type UploadListArguments } from './list-options.ts'
import type { UploadList } from './upload-list.ts'

/**
 * Creates a list of uploads under one rule. Nothing is asked or made until it is used, so that it
 * can be created where a server renders a page.
 *
 * @throws {TypeError | RangeError} Which option is wrong, and what it may be.
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
  return new FilesOfRule<RuleResult<Rules, Name>>(uploader as unknown as AnyUploader, options)
}
