/**
 * The protocol's calls, and their names in events. Paths are relative to the signer's base URL.
 *
 * @module
 */
export const CALLS = {
  'GET ': 'form',
  'POST ': 'create',
  'GET /rules': 'rules',
  'POST /parts': 'parts',
  'POST /list': 'list',
  'POST /complete': 'complete',
  'POST /abort': 'abort',
  'POST /link': 'link',
  'POST /remove': 'remove',
  'POST /verdict': 'verdict',
  'POST /claim': 'claim',
} as const

/** A method and a path, separated by a space. */
export type Call = keyof typeof CALLS

export function findCall(method: string, path: string): Call | undefined {
  const call = `${method} ${path}`
  return isCall(call) ? call : undefined
}

function isCall(text: string): text is Call {
  return Object.hasOwn(CALLS, text)
}

/** @returns The methods of the calls at this path. */
export function methodsAt(path: string): readonly string[] {
  const calls = Object.keys(CALLS).map((call) => call.split(' '))
  return calls.flatMap(([method = '', at]) => (at === path ? [method] : []))
}

/** `/parts` for `https://example.com/api/uploads/parts`, `''` for any other path. */
export function callPathAtEnd(pathname: string): string {
  const path = /\/[^/]*$/.exec(pathname)?.[0] ?? ''
  return methodsAt(path).length > 0 ? path : ''
}
