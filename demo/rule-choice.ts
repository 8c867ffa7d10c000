/**
 * Lets the user choose between the server's rules. Each has a `<waybill-upload>`, and one of them
 * is shown.
 *
 * @module
 */

import { element } from './elements.ts'
import type { RuleDescription } from './server.ts'

/**
 * Adds an element for each rule. If there is only one rule, does nothing: the page's element does
 * not name a rule, so it works before the rules are known.
 */
export function createRuleChoice(uploads: HTMLElement, rules: readonly RuleDescription[]): void {
  const [first] = uploads.getElementsByTagName('waybill-upload')
  if (!first || rules.length < 2) return
  const elements = rules.map(({ name }, index) => {
    const made = index === 0 ? first : first.cloneNode(true)
    if (!(made instanceof HTMLElement)) throw new TypeError('a clone of an element is no element')
    made.setAttribute('rule', name)
    uploads.append(made)
    return made
  })
  const select = element('rule', HTMLSelectElement)
  for (const { name } of rules) select.add(new Option(name))
  const choose = () => {
    for (const [index, one] of elements.entries()) {
      one.hidden = index !== select.selectedIndex
      // Files that are dropped on the page go to the visible element.
      if (one.hidden) one.removeAttribute('drop-target')
      else one.setAttribute('drop-target', 'page')
    }
  }
  select.addEventListener('change', choose)
  element('rule-choice', HTMLElement).hidden = false
  choose()
}
