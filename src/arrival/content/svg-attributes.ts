/**
 * Lists the attributes that a drawing may have, and checks their values.
 *
 * An attribute is judged by its local name, whatever its prefix is bound to: a drawing may be put
 * into a page, where an HTML parser knows no namespaces.
 *
 * @see https://www.w3.org/TR/SVG2/attindex.html
 * @module
 */

import { activeCss, isFragment } from './passive-css.ts'

/** Attributes whose values no reader takes for CSS or for a link. */
const TEXTUAL = new Set(
  'id class lang name role title tabindex version xmlns viewbox d points pathlength requiredfeatures requiredextensions systemlanguage'.split(
    ' ',
  ),
)

/** Attributes whose values are CSS, or simple enough to be checked as CSS. */
const VALUES = new Set(
  (
    'x y z x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy width height offset rotate textlength lengthadjust ' +
    'startoffset method spacing side preserveaspectratio baseprofile zoomandpan contentstyletype focusable ' +
    'externalresourcesrequired media type transform gradienttransform patterntransform gradientunits ' +
    'patternunits patterncontentunits clippathunits maskunits maskcontentunits filterunits primitiveunits ' +
    'spreadmethod markerunits markerwidth markerheight refx refy orient filterres in in2 result mode values ' +
    'operator k1 k2 k3 k4 order kernelmatrix divisor bias targetx targety edgemode kernelunitlength ' +
    'preservealpha surfacescale diffuseconstant specularconstant specularexponent limitingconeangle scale ' +
    'xchannelselector ychannelselector stddeviation azimuth elevation pointsatx pointsaty pointsatz radius ' +
    'basefrequency numoctaves seed stitchtiles amplitude exponent intercept slope tablevalues crossorigin ' +
    'alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation ' +
    'color-interpolation-filters color-rendering cursor direction display dominant-baseline enable-background ' +
    'fill fill-opacity fill-rule filter flood-color flood-opacity font font-family font-size font-size-adjust ' +
    'font-stretch font-style font-variant font-weight glyph-orientation-horizontal glyph-orientation-vertical ' +
    'image-rendering isolation kerning letter-spacing lighting-color line-height marker marker-end marker-mid ' +
    'marker-start mask mask-type mix-blend-mode opacity overflow paint-order pointer-events shape-rendering ' +
    'stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin ' +
    'stroke-miterlimit stroke-opacity stroke-width text-anchor text-decoration text-overflow text-rendering ' +
    'transform-origin transform-box unicode-bidi vector-effect visibility white-space word-spacing ' +
    'writing-mode style'
  ).split(' '),
)

/**
 * Attributes that hold a link or change another attribute. A drawing needs none of them; `href` is
 * checked by its value.
 */
const LINKS = new Set(
  (
    'src srcset action formaction poster data background cite longdesc usemap ping manifest profile codebase ' +
    'classid archive icon dynsrc lowsrc srcdoc base attributename from to by'
  ).split(' '),
)

/** The attributes that may have the prefix `xml` or `xlink`, which browsers know. */
const PREFIXED = new Set(
  'xml:space xml:lang xml:id xlink:type xlink:show xlink:actuate xlink:title'.split(' '),
)

/** The bytes of a picture, in the link itself. */
const PIXELS = /^\s*data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i
/** What an unknown attribute may hold: nothing that could be a link, a function or a string. */
const PLAIN = /^[\p{L}\p{N}\s.,%#+-]*$/u

/**
 * Checks one attribute.
 *
 * @param element - Local name of its element.
 * @param name - Name as written, with its prefix.
 * @param value - Value with its references resolved.
 * @returns What is wrong with the drawing, as a sentence, or `undefined`.
 */
export function attributeProblem(element: string, name: string, value: string): string | undefined {
  const written = name.toLowerCase()
  const [prefix, local] = splitName(written)
  const shown = name.slice(0, 40)
  if (local.startsWith('on')) return `it has an attribute ${shown}`
  if (local === 'href') return hrefProblem(element, shown, value)
  if (LINKS.has(local)) return `it has an attribute ${shown}`
  if (local === 'style') return cssProblem(shown, value)
  if (PREFIXED.has(written)) return undefined
  if (prefix === 'xml' || prefix === 'xlink') return `it has an attribute ${shown}`
  // Browsers ignore attributes of drawing programs (`inkscape:label`). `xmlns:…` passes here too.
  if (prefix !== '' || /^(?:data|aria)-/.test(local) || TEXTUAL.has(local)) return undefined
  if (VALUES.has(local)) return cssProblem(shown, value)
  return PLAIN.test(value) ? undefined : `it has an attribute ${shown}`
}

function splitName(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':')
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
}

function hrefProblem(element: string, shown: string, value: string): string | undefined {
  if (isFragment(value) || (element === 'image' && PIXELS.test(value))) return undefined
  return `its ${shown} leads out of the drawing`
}

function cssProblem(shown: string, value: string): string | undefined {
  const active = activeCss(value)
  return active === undefined ? undefined : `its ${shown} holds ${active}`
}
