/**
 * The properties of the element, and which attribute each has.
 *
 * @module
 */

import type { PropertyDeclarations } from 'lit'

/** `autostart="false"` says no; anything else, and nothing, says yes. */
const UNLESS_FALSE = { fromAttribute: (value: string | null) => value !== 'false' }
const TEXT = { fromAttribute: (value: string | null) => value ?? '' }
const OPTIONAL_TEXT = { fromAttribute: (value: string | null) => value ?? undefined }
const OPTIONAL_NUMBER = {
  fromAttribute: (value: string | null) => (value ? Number(value) : undefined),
}

/** What `LitElement` makes properties and attributes of. */
export const PROPERTIES = {
  endpoint: { converter: TEXT },
  rule: { converter: OPTIONAL_TEXT },
  // Forms find a control by this attribute, and CSS what is required or disabled.
  name: { converter: TEXT, reflect: true },
  required: { type: Boolean, reflect: true },
  disabled: { type: Boolean, reflect: true },
  multiple: { type: Boolean },
  accept: { converter: OPTIONAL_TEXT },
  maxFiles: { converter: OPTIONAL_NUMBER, attribute: 'max-files' },
  capture: { converter: OPTIONAL_TEXT },
  directory: { type: Boolean },
  autostart: { converter: UNLESS_FALSE },
  dropTarget: { converter: TEXT, attribute: 'drop-target' },
  uploader: { attribute: false },
  headers: { attribute: false },
  scope: { attribute: false },
  metadata: { attribute: false },
  prepare: { attribute: false },
  words: { attribute: false },
} as const satisfies PropertyDeclarations

/** What the properties are until they are set; all others are `undefined`. */
export const DEFAULTS = {
  endpoint: '',
  name: '',
  required: false,
  disabled: false,
  multiple: false,
  directory: false,
  autostart: true,
  dropTarget: '',
} as const
