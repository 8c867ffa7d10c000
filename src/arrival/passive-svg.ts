/**
 * SVG that only draws. An SVG is a document in which a browser runs script, so a rule must name `image/svg+xml` to get
 * any, and what arrives is then held to a list of drawing elements: what is not on it is not passive.
 *
 * A list of what is allowed, because lists of what is forbidden have been outwitted for twenty years. It judges and
 * does not clean: a cleaned file would no longer be the one whose checksum was signed.
 *
 * @see https://www.w3.org/TR/SVG2/eltindex.html
 * @module
 */

import { parseXml, type XmlElement } from '../s3/index.ts'

/** Larger drawings are refused unread: arrival must hold one in memory. */
export const MAX_SVG_SIZE = 1024 * 1024

const DRAWING = new Set(
  (
    'svg g defs symbol use title desc metadata path rect circle ellipse line polyline polygon text tspan textPath ' +
    'image marker pattern clipPath mask linearGradient radialGradient stop filter view switch style ' +
    'feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap ' +
    'feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode ' +
    'feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence'
  ).split(' '),
)

/** A name is tried from its beginning alone: from each of its letters, a megabyte of them would take minutes. */
const ATTRIBUTE = /(?<![\w:.-])([\w:.-]+)\s*=\s*("[^"<]*"|'[^'<]*')/g
const LINK = /^(?:href|src|action|formaction|to|from|values)$/i
/** Within the drawing, or pixels inside it. */
const HARMLESS_LINK = /^\s*(?:#|data:image\/(?:png|jpeg|gif|webp);base64,)/i
/** CSS that fetches, binds or escapes. `url(#…)` stays within the drawing. */
const ACTIVE_CSS = /@import|expression\s*\(|javascript:|url\(\s*["']?(?!#|["']?#)|\\/i
/** `fill`, `filter` and the like are CSS, too, of which only this can lead out of the drawing. */
const OUTWARD_URL = /url\(\s*["']?(?!#|["']?#)/i

/**
 * @param bytes - The whole document.
 * @returns Why the document is not passive, or `undefined`.
 */
export function svgProblem(bytes: Uint8Array): string | undefined {
  const text = decode(bytes)
  if (text === undefined) return 'it is not UTF-8'
  if (/<!doctype|<!entity/i.test(text)) return 'it has a document type'
  if (/<\?(?!xml\s)/i.test(text)) return 'it has a processing instruction'
  const encoding = /^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']*)/i.exec(text)?.[1]
  if (encoding !== undefined && !/^(?:utf-8|us-ascii)$/i.test(encoding)) {
    return `its encoding is ${encoding.slice(0, 20)}`
  }
  let root: XmlElement
  try {
    root = parseXml(text)
  } catch {
    return 'it is not well-formed XML'
  }
  if (root.name !== 'svg') return `its root element is <${root.name.slice(0, 40)}>`
  return elementProblem(root) ?? attributeProblem(text)
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function elementProblem(element: XmlElement): string | undefined {
  // Metadata holds other vocabularies (RDF, Inkscape's); browsers draw nothing of it, yet script in it would run.
  if (!DRAWING.has(element.name) && !isForeignMetadata(element.name)) {
    return `it has an element <${element.name.slice(0, 40)}>`
  }
  // Text beside elements is not kept when a document is read, and a browser would still take it for CSS.
  if (element.name === 'style' && element.children) return 'its style holds elements'
  if (element.name === 'style' && ACTIVE_CSS.test(element.text ?? '')) return 'its style is active'
  for (const child of element.children ?? []) {
    const problem = elementProblem(child)
    if (problem) return problem
  }
  return undefined
}

/** Element names of RDF, Dublin Core, Creative Commons and Inkscape, which drawing programs leave in `<metadata>`. */
function isForeignMetadata(name: string): boolean {
  return /^(?:RDF|Work|Bag|li|Agent|License|creator|publisher|format|type|date|rights|permits|requires|language|subject|namedview|grid|page)$/.test(
    name,
  )
}

function attributeProblem(text: string): string | undefined {
  for (const [, name = '', quoted = ''] of text.matchAll(ATTRIBUTE)) {
    const local = name.slice(name.indexOf(':') + 1)
    const value = decodeReferences(quoted.slice(1, -1))
    if (/^on/i.test(local)) return `it has an attribute ${name.slice(0, 40)}`
    if (OUTWARD_URL.test(value) || (LINK.test(local) && !HARMLESS_LINK.test(value))) {
      return `its ${name.slice(0, 40)} leads out of it`
    }
    if (local.toLowerCase() === 'style' && ACTIVE_CSS.test(value)) return 'its style is active'
  }
  return undefined
}

/** `java&#115;cript:` is `javascript:` to a browser. Whatever cannot be decoded here counts as active. */
function decodeReferences(value: string): string {
  return value.replace(/&#(?:(\d+)|x([\da-f]+));?/gi, (_whole, dec, hex) => {
    const code = dec ? Number(dec) : Number.parseInt(hex, 16)
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '\\'
  })
}
