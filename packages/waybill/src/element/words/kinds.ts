/**
 * Describes content types in words that users understand, such as `images, PDF or ZIP`.
 *
 * @module
 */

import type { WordKey } from './english.ts'
import type { Texts } from './texts.ts'

const FAMILIES: Readonly<Record<string, WordKey>> = {
  image: 'kindImage',
  video: 'kindVideo',
  audio: 'kindAudio',
  text: 'kindText',
}

/** Names for types whose subtype means nothing to users. */
const NAMES: Readonly<Record<string, string>> = {
  'text/plain': 'TXT',
  'text/markdown': 'Markdown',
  'image/svg+xml': 'SVG',
  'audio/mpeg': 'MP3',
  'video/quicktime': 'MOV',
  'application/gzip': 'GZIP',
  'application/msword': 'DOC',
  'application/vnd.ms-excel': 'XLS',
  'application/vnd.ms-powerpoint': 'PPT',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'DOCX',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'XLSX',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PPTX',
}

export function kinds(types: readonly string[], texts: Texts): string {
  if (types.includes('*/*')) return texts.say('kindAny')
  const names = types.map((type) => {
    const [family = '', subtype = ''] = type.split('/')
    const word = FAMILIES[family]
    // If the family's wildcard is allowed too, the family's name already covers this type.
    if (word && (subtype === '*' || types.includes(`${family}/*`))) return texts.say(word)
    return NAMES[type] ?? subtype.replace(/^(?:x-|vnd\.)/, '').toUpperCase()
  })
  return texts.anyOf([...new Set(names)])
}
