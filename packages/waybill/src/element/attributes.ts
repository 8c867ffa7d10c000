import type { PropertyDeclarations } from 'lit'

/** Any value except `"false"` means `true`, and so does a missing attribute. */
const UNLESS_FALSE = { fromAttribute: (value: string | null) => value !== 'false' }
const TEXT = { fromAttribute: (value: string | null) => value ?? '' }
const OPTIONAL_TEXT = { fromAttribute: (value: string | null) => value ?? undefined }
const OPTIONAL_NUMBER = {
  fromAttribute: (value: string | null) => (value ? Number(value) : undefined),
}

export const PROPERTIES = {
  endpoint: { converter: TEXT },
  rule: { converter: OPTIONAL_TEXT },
  // Reflected because forms find a control by its `name` attribute, and style sheets select
  // elements by `required`.
  name: { converter: TEXT, reflect: true },
  required: { type: Boolean, reflect: true },
  // The element's own accessors reflect it, because a reflection during a render is too late for it.
  disabled: { attribute: false, noAccessor: true },
  multiple: { type: Boolean },
  accept: { converter: OPTIONAL_TEXT },
  maxFiles: { converter: OPTIONAL_NUMBER, attribute: 'max-files' },
  capture: { converter: OPTIONAL_TEXT },
  directory: { type: Boolean },
  autostart: { converter: UNLESS_FALSE },
  verdicts: { type: Boolean },
  dropTarget: { converter: TEXT, attribute: 'drop-target' },
  uploader: { attribute: false },
  headers: { attribute: false },
  scope: { attribute: false },
  metadata: { attribute: false },
  prepare: { attribute: false },
  words: { attribute: false },
} as const satisfies PropertyDeclarations

/** Initial values. All other properties start as `undefined`. */
export const DEFAULTS = {
  endpoint: '',
  name: '',
  required: false,
  disabled: false,
  multiple: false,
  directory: false,
  autostart: true,
  verdicts: false,
  dropTarget: '',
} as const
