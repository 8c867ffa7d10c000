/**
 * Drawings by chance: pieces that only draw, and pieces of which each is a way out.
 *
 * @module
 */

import fc from 'fast-check'

/** @param base - Where a hostile piece wants to go, without scheme: `evil.example`. */
export function hostilePieces(base: string) {
  const url = `http://${base}/`
  const attributes = [
    `style="fill:url(${url}a)"`,
    `style="fill:u\\72l(${url}a)"`,
    `style="background:image-set('${url}a' 1x)"`,
    `style="background:-webkit-image-set(url(${url}a) 1x)"`,
    `style="background:IMAGE-SET(&quot;${url}a&quot; 1x)"`,
    `style="background:src('${url}a')"`,
    `style="background:image('${url}a')"`,
    `style="background:cross-fade(url(${url}a), red)"`,
    `style="--a:url(${url}a);fill:var(--a)"`,
    `style="fill:url(/**/${url}a)"`,
    `style="fill:/* ) */url('${url}a')"`,
    `style="cursor:url(//${base}/a), auto"`,
    `style="fill:url(a.svg#b)"`,
    `style="fill:url(&#34;${url}a&#34;)"`,
    `STYLE="fill:url(${url}a)"`,
    `fill="url(${url}a#b)"`,
    `filter="url('${url}a#b')"`,
    `mask="url(&#x2f;a)"`,
    `clip-path="UrL( ${url}a )"`,
    `marker-end="url(${url}a)"`,
    `cursor="url(${url}a),auto"`,
    `xml:base="${url}"`,
    `href="${url}a"`,
    `xlink:href="${url}a"`,
    `z:href="${url}a"`,
    `HREF="${url}a"`,
    `href=" ${url}a"`,
    'href="\u00a0#a"',
    'fill="url(\'\ufeff#a\')"',
    `href="java&#115;cript:alert(1)"`,
    `href="data:text/html,x"`,
    `src="${url}a"`,
    `data="${url}a"`,
    `background="${url}a"`,
    `srcset="${url}a"`,
    `onload="fetch('${url}a')"`,
    `OnClick="fetch('${url}a')"`,
    `x:onload="fetch('${url}a')"`,
    `unknown="${url}a"`,
  ]
  const elements = [
    `<script>fetch('${url}a')</script>`,
    `<x:script xmlns:x="http://www.w3.org/1999/xhtml">fetch('${url}a')</x:script>`,
    `<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="${url}a"/></foreignObject>`,
    `<image href="${url}a" width="9" height="9"/>`,
    `<image xlink:href="${url}a" width="9" height="9"/>`,
    `<image href="data:image/svg+xml;base64,PHN2Zy8+"/>`,
    `<image href="data:image/png;base64,AAAA,${url}a"/>`,
    `<use href="${url}a#b"/>`,
    `<feImage href="${url}a"/>`,
    `<filter id="f"><feImage href="${url}a"/></filter><rect filter="url(#f)" width="9" height="9"/>`,
    `<a href="${url}a"><text>x</text></a>`,
    `<image width="9" height="9"><set attributeName="href" to="${url}a"/></image>`,
    `<image width="9" height="9"><animate attributeName="href" values="${url}a"/></image>`,
    `<style>@import '${url}a';</style>`,
    `<style>@import url(${url}a);</style>`,
    `<style>@\\69mport '${url}a';</style>`,
    `<style>@namespace x url(${url}a);</style>`,
    `<style>@font-face{font-family:a;src:url(${url}a)}text{font-family:a}</style><text>x</text>`,
    `<style>rect{fill:url(${url}a)}</style>`,
    `<style><![CDATA[svg{background:url('${url}a')}]]></style>`,
    `<style>svg{background:/*<![CDATA[*/url(${url}a)/*]]>*/}</style>`,
    `<style>@media all{svg{background:image-set('${url}a' 1x)}}</style>`,
    `<style>svg{background:url(</style>`,
    `<style>a{b:'</style>`,
    `<style><![CDATA[</style><img src="${url}a"/>]]></style>`,
    `<style><g/>@import '${url}a';</style>`,
    `<title><style>@import '${url}a';</style></title>`,
    `<title><!-- </title><img src="${url}a"/> --></title>`,
    `<style><!-- </STYLE><img src="${url}a"/> --></style>`,
    `<title/><g><!-- </title><img src="${url}a"/> --></g>`,
    `<title><![CDATA[</title><img src="${url}a"/>]]></title>`,
    `<text><![CDATA[><img src="${url}a"/>]]></text>`,
    `<!--><img src="${url}a"/>-->`,
    `<!---><img src="${url}a"/>-->`,
    `<li/>`,
    `<iframe src="${url}a"/>`,
    `<?xml-stylesheet href="${url}a"?>`,
    `<h:link xmlns:h="http://www.w3.org/1999/xhtml" rel="stylesheet" href="${url}a"/>`,
    `<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="${url}a"/>`,
  ]
  return { attributes, elements }
}

const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='

export const HONEST_ATTRIBUTES = [
  'fill="red"',
  'fill="url(#dot)"',
  `fill="url('#dot') none"`,
  'style="fill:url(#dot);stroke:rgb(1 2 3 / 50%);transform:rotate(45deg)"',
  'style="--own:calc(1px + 2%);width:var(--own)"',
  'filter="url(&quot;#f&quot;)"',
  'transform="translate(1,2) scale(.5) matrix(1 0 0 1 0 0)"',
  'd="M0,0 L1-2.5e-3z"',
  'xml:space="preserve"',
  'data-name="https://example.com/it\'s"',
  'aria-label="it\'s a dot (really)"',
  'class="a b"',
  'id="dot"',
  'inkscape:label="layer \'1\'"',
  'sodipodi:docname="C:\\drawing.svg"',
  'font-family="\'Open Sans\', sans-serif"',
  'requiredFeatures="http://www.w3.org/TR/SVG11/feature#Shape"',
  'p-id="2034"',
  't="1587"',
]

export const HONEST_ELEMENTS = [
  '<rect width="9" height="9"/>',
  '<use href="#dot"/>',
  '<use xlink:href="#dot" x="1"/>',
  `<image href="${PIXEL}" width="1" height="1"/>`,
  "<title>it's &lt;img onerror=1&gt; at https://example.com</title>",
  '<desc><![CDATA[a < b && c]]></desc>',
  '<style>.a{fill:url(#dot)} @media (min-width:1px){.b:not(.c)>rect{stroke:#fff}}</style>',
  '<style><![CDATA[text{font:12px "A B"}]]></style>',
  '<style>@font-face{font-family:a;src:local("Arial")}</style>',
  '<!-- made by a program; <g> was here -->',
  '<filter id="f"><feColorMatrix values="1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 1 0"/></filter>',
  '<metadata><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>' +
    '<dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></cc:Work></rdf:RDF></metadata>',
  '<text x="1">plain &amp; simple <tspan dy="1em">text</tspan></text>',
  '<sodipodi:namedview pagecolor="#fff"/>',
]

const NAMESPACES =
  'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:z="http://www.w3.org/1999/xlink" ' +
  'xmlns:x="urn:x" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" ' +
  'xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:cc="http://creativecommons.org/ns#" ' +
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'

const attributesOf = fc.uniqueArray(fc.constantFrom(...HONEST_ATTRIBUTES), {
  maxLength: 3,
  selector: (attribute) => attribute.slice(0, attribute.indexOf('=')),
})

/** A tree of honest elements, as text; `inner` stands somewhere in its midst. */
const drawing = (inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.array(fc.constantFrom('g', 'defs', 'symbol', 'svg', 'pattern'), { maxLength: 5 }),
      fc.array(attributesOf, { minLength: 5, maxLength: 5 }),
      fc.array(fc.constantFrom(...HONEST_ELEMENTS), { maxLength: 4 }),
      inner,
    )
    .map(([path, attributes, siblings, hostile]) => {
      const open = path.map((name, depth) => `<${name} ${(attributes[depth] ?? []).join(' ')}>`)
      const close = path.toReversed().map((name) => `</${name}>`)
      const middle = `${siblings.join('')}${hostile}${siblings.toReversed().join('')}`
      return `<svg ${NAMESPACES}>${open.join('')}${middle}${close.join('')}</svg>`
    })

/** Drawings that only draw. */
export const honestDrawing = drawing(fc.constant(''))

/** Drawings with one way out, somewhere. */
export function hostileDrawing(base: string): fc.Arbitrary<string> {
  const { attributes, elements } = hostilePieces(base)
  const carrier = fc.constantFrom('rect', 'g', 'svg', 'text', 'image', 'inkscape:page', 'dc:format')
  const carried = fc
    .tuple(carrier, fc.constantFrom(...attributes))
    .map(([name, attribute]) => `<${name} ${attribute}/>`)
  return drawing(fc.oneof(carried, fc.constantFrom(...elements)))
}
