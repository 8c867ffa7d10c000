/**
 * Checks that CSS loads nothing from outside its drawing: in `<style>`, in `style="…"`, and in
 * attributes that are CSS themselves (`fill`, `filter`, `clip-path`). It checks tokens and not the
 * text, so `URL(` and comments mean the same as in a browser.
 *
 * Functions are allowed by name, because browsers add functions that fetch (`url`, `src`,
 * `image-set`, `image`, `cross-fade`, `element`, `paint`, `-webkit-…`).
 *
 * @see https://drafts.csswg.org/css-syntax/#tokenization
 * @module
 */

import { type CSSToken, type ParseError, TokenType, tokenize } from '@csstools/css-tokenizer'

const FUNCTIONS = new Set(
  (
    'rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark icc-color device-cmyk ' +
    'calc min max clamp round mod rem abs sign sin cos tan asin acos atan atan2 pow sqrt hypot log exp var ' +
    'matrix matrix3d translate translate3d translatex translatey translatez scale scale3d scalex scaley scalez ' +
    'rotate rotate3d rotatex rotatey rotatez skew skewx skewy perspective cubic-bezier steps linear ' +
    'linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient ' +
    'blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia ' +
    'polygon circle ellipse inset rect xywh path shape local format tech ' +
    'not is where has nth-child nth-last-child nth-of-type nth-last-of-type lang dir'
  ).split(' '),
)

/**
 * `@import` and `@namespace` fetch or name what is elsewhere; a `@font-face` may name fonts of the
 * reader's machine.
 */
const AT_RULES = new Set(['media', 'supports', 'font-face', 'keyframes', '-webkit-keyframes'])

/**
 * @param css - A style sheet, a list of declarations, or one value.
 * @returns What leads out of the drawing or cannot be read, or `undefined`.
 */
export function activeCss(css: string): string | undefined {
  // Drawing programs write none, and readers have differed on what they mean.
  if (css.includes('\\')) return 'an escape'
  const errors: ParseError[] = []
  const tokens = tokenize({ css }, { onParseError: (error) => errors.push(error) })
  if (errors.length > 0) return 'CSS that is not well-formed'
  for (const [index, token] of tokens.entries()) {
    const problem = tokenProblem(token, tokens, index)
    if (problem !== undefined) return problem
  }
  return undefined
}

function tokenProblem(
  token: CSSToken,
  tokens: readonly CSSToken[],
  index: number,
): string | undefined {
  switch (token[0]) {
    case TokenType.AtKeyword:
      return AT_RULES.has(lower(token[4].value)) ? undefined : `@${shown(token[4].value)}`
    case TokenType.URL:
      return isFragment(token[4].value) ? undefined : 'url()'
    case TokenType.Function: {
      const name = lower(token[4].value)
      if (name === 'url') return isQuotedFragment(tokens, index + 1) ? undefined : 'url()'
      return FUNCTIONS.has(name) ? undefined : `${shown(name)}()`
    }
    case TokenType.BadURL:
    case TokenType.BadString:
      return 'CSS that is not well-formed'
    default:
      return undefined
  }
}

/** `url("#dot")` and nothing else between its parentheses. */
function isQuotedFragment(tokens: readonly CSSToken[], from: number): boolean {
  const [string, close] = tokens
    .slice(from, from + 8)
    .filter(([type]) => type !== TokenType.Whitespace && type !== TokenType.Comment)
  return (
    string?.[0] === TokenType.String &&
    isFragment(string[4].value) &&
    close?.[0] === TokenType.CloseParen
  )
}

/**
 * Whether a link names a part of its own document. To browsers a no-break space before it is the
 * name of a file.
 */
export function isFragment(url: string): boolean {
  return /^[\t\n\f\r ]*#/.test(url)
}

/** Only ASCII letters: `İ` must not become another name's `i`. */
function lower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function shown(name: string): string {
  return name.slice(0, 40)
}
