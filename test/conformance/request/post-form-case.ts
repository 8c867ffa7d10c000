/**
 * Builds cases out of forms.
 *
 * @module
 */

import { type Case, type Status, storedNothing } from '../case.ts'
import { PAGES } from '../pages.ts'
import type { System } from '../system.ts'
import type { FormOptions } from './form.ts'

export const form =
  (options: Partial<FormOptions> = {}) =>
  (system: System) =>
    system.form(options)

export const refusal = (
  title: string,
  options: Partial<FormOptions>,
  status: Status,
  message?: RegExp,
): Case => ({
  title,
  see: PAGES.postPolicy,
  request: form(options),
  status,
  ...(message ? { body: message } : {}),
  effect: storedNothing,
})

export const changed = (name: string, value: string) => ({
  tamper: (fields: Map<string, string>) => fields.set(name, value),
})

export const without = (name: string) => ({
  tamper: (fields: Map<string, string>) => fields.delete(name),
})

export const range = (min: number, max: number) => ({
  conditions: [['content-length-range', min, max] as const],
})
