/**
 * Checks that an SVG only draws. An SVG is a document in which a browser runs script, so a rule
 * must name `image/svg+xml` to get any. What arrives is compared with lists of drawing elements,
 * attributes and CSS functions: an SVG with anything else is not passive.
 *
 * The lists name what is allowed, because lists of what is forbidden were circumvented for twenty
 * years. The file is judged and not cleaned: a cleaned file would have another checksum than the
 * signed one. An accepted file is passive for an XML reader and for an HTML parser, which reads the
 * same bytes when they are put into a page or lose their type. Where the two would read it
 * differently, the drawing is refused.
 *
 * @see https://www.w3.org/TR/SVG2/eltindex.html
 * @module
 */

import {
  parseXml,
  type XmlCdata,
  type XmlComment,
  type XmlDeclaration,
  type XmlElement,
  XmlNode,
  type XmlText,
} from '@rgrove/parse-xml'
import { activeCss } from './passive-css.ts'
import { attributeProblem } from './svg-attributes.ts'

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

/**
 * Element names of RDF, Dublin Core, Creative Commons and Inkscape, which drawing programs leave in
 * a drawing, always with a prefix. Browsers draw nothing of them, and HTML knows no element with a
 * prefix.
 */
const FOREIGN = new Set(
  (
    'RDF Work Bag Seq Alt li Description Agent License creator publisher contributor format type date rights ' +
    'permits requires prohibits language subject relation coverage identifier namedview grid guide page ' +
    'perspective path-effect'
  ).split(' '),
)

/** Elements that hold text only: an HTML parser would read elements in them as HTML. */
const TEXT_ONLY = new Set(['title', 'desc'])

/**
 * Checks that an SVG is passive.
 *
 * @param bytes - The whole document.
 * @returns Why the document is not passive, or `undefined`.
 */
export function svgProblem(bytes: Uint8Array): string | undefined {
  const text = decode(bytes)
  if (text === undefined) return 'it is not UTF-8'
  const nodes = topNodes(text)
  if (!nodes) return 'it is not well-formed XML'
  // An HTML parser knows no prefixes: `<svg:svg>` is not a drawing to it, and what is inside is
  // read as HTML.
  const root = nodes.find(isElement)?.name ?? ''
  return root === 'svg' ? drawingProblem(nodes) : `its root element is <${root.slice(0, 40)}>`
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * @returns The root element and the nodes outside it; `undefined` when the document cannot be
 *   parsed.
 */
function topNodes(text: string): readonly XmlNode[] | undefined {
  try {
    return parseXml(text, {
      preserveCdata: true,
      preserveComments: true,
      preserveDocumentType: true,
      preserveXmlDeclaration: true,
    }).children
  } catch {
    // Also for a document so deep that the parser's stack overflows.
    return undefined
  }
}

/**
 * Visits all nodes. It keeps a list and does not recurse, because only the size of a drawing limits
 * its depth.
 */
function drawingProblem(top: readonly XmlNode[]): string | undefined {
  const waiting: XmlNode[] = [...top]
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const problem = isElement(node) ? elementProblem(node) : nodeProblem(node)
    if (problem !== undefined) return problem
    if (isElement(node)) for (const child of node.children) waiting.push(child)
  }
  return undefined
}

function nodeProblem(node: XmlNode): string | undefined {
  switch (node.type) {
    case XmlNode.TYPE_DOCUMENT_TYPE:
      return 'it has a document type'
    case XmlNode.TYPE_PROCESSING_INSTRUCTION:
      return 'it has a processing instruction'
    case XmlNode.TYPE_XML_DECLARATION:
      return encodingProblem(node as XmlDeclaration)
    case XmlNode.TYPE_COMMENT:
      return commentProblem(node as XmlComment)
    case XmlNode.TYPE_CDATA:
      return cdataProblem(node as XmlCdata)
    default:
      return undefined
  }
}

function encodingProblem({ encoding }: XmlDeclaration): string | undefined {
  if (!encoding || /^(?:utf-8|us-ascii)$/i.test(encoding)) return undefined
  return `its encoding is ${encoding.slice(0, 20)}`
}

/**
 * An HTML parser takes `<!-->` and `<!--->` for whole comments, and what follows for markup. It
 * sees no comments inside a title or a style, and neither does a browser's preload scanner: the
 * first end tag ends the element, also inside a comment.
 */
function commentProblem({ content }: XmlComment): string | undefined {
  const endsEarly = /^-?>/.test(content) || /<\/(?:title|style)/i.test(content)
  return endsEarly ? 'its comment ends early in HTML' : undefined
}

/** The preload scanner takes `<![CDATA[` for a comment that ends at the next `>`. */
function cdataProblem({ text }: XmlCdata): string | undefined {
  return /<[a-z!?/]/i.test(text) ? 'its CDATA section holds markup' : undefined
}

function elementProblem(element: XmlElement): string | undefined {
  const name = localName(element.name)
  const foreign = FOREIGN.has(name) && element.name.includes(':')
  if (!DRAWING.has(name) && !foreign) {
    return `it has an element <${name.slice(0, 40)}>`
  }
  for (const [attribute, value] of Object.entries(element.attributes)) {
    const problem = attributeProblem(name, attribute, value)
    if (problem !== undefined) return problem
  }
  if ((TEXT_ONLY.has(element.name) || name === 'style') && element.children.some(isElement)) {
    return `its <${name}> holds elements`
  }
  return name === 'style' ? sheetProblem(element) : undefined
}

function sheetProblem(style: XmlElement): string | undefined {
  const css = style.children.map((child) => (isText(child) ? child.text : '')).join('')
  // An HTML parser would end the style there.
  if (css.includes('<')) return 'its style holds markup'
  const active = activeCss(css)
  return active === undefined ? undefined : `its style holds ${active}`
}

function isElement(node: XmlNode): node is XmlElement {
  return node.type === XmlNode.TYPE_ELEMENT
}

function isText(node: XmlNode): node is XmlText {
  return node.type === XmlNode.TYPE_TEXT || node.type === XmlNode.TYPE_CDATA
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
