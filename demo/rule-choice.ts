/**
 * Lets the user choose one of the server's rules. Each rule has a `<waybill-upload>`, and only the
 * chosen one is shown.
 *
 * @module
 */

import type { WaybillUploadElement } from 'waybill/element'
import { element } from './elements.ts'
import type { RuleDescription } from './server.ts'

/**
 * Adds an element for each rule. Does nothing if there is only one rule. The page's own element
 * names no rule, so that it works before the rules are known.
 */
export function createRuleChoice(
  uploads: HTMLElement,
  rules: readonly RuleDescription[],
  properties: Pick<WaybillUploadElement, 'uploader' | 'words'>,
): void {
  const [first] = uploads.getElementsByTagName('waybill-upload')
  if (!first || rules.length < 2) return
  const elements = rules.map(({ name }, index) => {
    const made = index === 0 ? first : first.cloneNode(true)
    if (!(made instanceof HTMLElement)) throw new TypeError('the clone is not an HTML element')
    made.setAttribute('rule', name)
    Object.assign(made, properties)
    uploads.append(made)
    return made
  })
  const select = element('rule', HTMLSelectElement)
  for (const { name } of rules) select.add(new Option(name))
  const choose = () => {
    for (const [index, one] of elements.entries()) {
      one.hidden = index !== select.selectedIndex
      // Files dropped anywhere on the page go to the visible element.
      if (one.hidden) one.removeAttribute('drop-target')
      else one.setAttribute('drop-target', 'page')
    }
  }
  select.addEventListener('change', choose)
  element('rule-choice', HTMLElement).hidden = false
  choose()
}
