/**
 * Reads and writes the XML that S3 uses: elements and text. The reader skips attributes and rejects
 * document types, so it never expands custom entities or fetches anything.
 *
 * @module
 */

/** An element with either text or children. */
export interface XmlElement {
  readonly name: string
  /** The text of an element without children. */
  readonly text?: string
  readonly children?: readonly XmlElement[]
  /** For writing only, for example `{ xmlns }`. */
  readonly attributes?: Readonly<Record<string, string>>
}

export const S3_XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** S3's documents are only a few elements deep. Much deeper ones could overflow the stack. */
const MAX_DEPTH = 32

export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement(root)}`
}

function xmlElement({ name, text, children, attributes }: XmlElement): string {
  let open = name
  for (const [key, value] of Object.entries(attributes ?? {}))
    open += ` ${key}="${escapeXml(value)}"`
  const inner = children ? children.map(xmlElement).join('') : escapeXml(text ?? '')
  return inner === '' ? `<${open}/>` : `<${open}>${inner}</${name}>`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/**
 * Escapes text as S3 does. Control characters become numeric references, although XML 1.0 does not
 * allow them and many parsers reject them. Characters without a valid reference become U+FFFD.
 */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char)
      .replace(/\r/g, '&#13;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids these characters
      .replace(/[\x01-\x08\x0B\x0C\x0E-\x1F]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      .replace(/[\x00\uFFFE\uFFFF]/g, '\uFFFD')
  )
}

const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy

interface OpenElement {
  readonly name: string
  readonly parent?: OpenElement
  readonly depth: number
  text: string
  readonly children: XmlElement[]
}

/**
 * Parses a document.
 *
 * @returns The root element. Names have no namespace prefix.
 * @throws {SyntaxError} If `source` is not well-formed, is nested too deeply, or has a document
 *   type.
 */
export function parseXml(source: string): XmlElement {
  const token = new RegExp(TOKEN)
  const document: OpenElement = { name: '', depth: 0, text: '', children: [] }
  let open = document
  const text = source.replace(/^\uFEFF/, '')
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    if (!match) throw new SyntaxError(problemAt(text, at))
    open = take(match, open)
  }
  const [root, second] = document.children
  if (open !== document || !root || second || document.text.trim() !== '') {
    throw new SyntaxError('XML is not well-formed: expected exactly one root element')
  }
  return root
}

function problemAt(text: string, at: number): string {
  return text.slice(at, at + 9).toLowerCase() === '<!doctype'
    ? 'XML has a document type, which is not allowed'
    : `XML is not well-formed at character ${at}`
}

/** @returns The element that is open after this token. */
function take(match: RegExpExecArray, open: OpenElement): OpenElement {
  const [, cdata, closing, name, , empty, text] = match
  if (cdata !== undefined) open.text += cdata
  else if (text !== undefined) open.text += unescapeXml(text)
  if (name === undefined) return open // text, a declaration or a comment
  if (closing) return close(name, open)
  if (open.depth === MAX_DEPTH) throw new SyntaxError(`XML is more than ${MAX_DEPTH} elements deep`)
  const opened = { name, parent: open, depth: open.depth + 1, text: '', children: [] }
  return empty ? close(name, opened) : opened
}

/** Adds the element to its parent. @returns The parent. */
function close(name: string, open: OpenElement): OpenElement {
  const { parent, text, children } = open
  if (!parent || open.name !== name) {
    throw new SyntaxError(`XML is not well-formed: </${name}> closes <${open.name}>`)
  }
  const local = localName(name)
  parent.children.push(children.length > 0 ? { name: local, children } : { name: local, text })
  return parent
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
])

function unescapeXml(text: string): string {
  return text.replace(/&(?:#?\w{1,16};)?/g, (reference) => {
    const char = ENTITIES.get(reference) ?? characterOf(reference)
    if (char === undefined) throw new SyntaxError(`XML has an unknown entity ${reference}`)
    return char
  })
}

/** @param reference - `&#65;` or `&#x41;`. */
function characterOf(reference: string): string | undefined {
  const code = Number(`0${/#(\d+|x[\da-fA-F]+);/.exec(reference)?.[1]}`)
  if (!(code >= 1 && code <= 0x10_ff_ff)) return undefined
  const char = String.fromCodePoint(code)
  // S3 writes control characters in keys as references, although XML 1.0 does not allow it.
  // Surrogates are rejected.
  return char.isWellFormed() && !/[\ufffe\uffff]/.test(char) ? char : undefined
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children?.find((child) => child.name === name)
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children?.filter((child) => child.name === name) ?? []
}

/** @returns `undefined` if there is no such child. */
export function textOf(element: XmlElement, name: string): string | undefined {
  const child = childOf(element, name)
  return child ? (child.text ?? '') : undefined
}
