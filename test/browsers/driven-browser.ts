/**
 * What the tests of this folder need of a browser, whatever drives it.
 *
 * @module
 */

/** Longer than any command takes on a busy machine; a browser that hangs is given up after it. */
export const COMMAND_MS = 60_000

/** A running browser with one page. */
export interface DrivenBrowser {
  /** Resolves when the document has loaded. */
  open(url: string): Promise<void>
  reload(): Promise<void>
  /** @param expression - JavaScript whose value, or the promise's, can be told as JSON. */
  evaluate(expression: string): Promise<unknown>
  /**
   * Chooses a file in the `<input type="file">` that the selector finds; ` >>> ` in it leads into
   * the shadow tree of what stands before.
   */
  chooseFile(selector: string, path: string): Promise<void>
  /** Presses one key after the other: characters, or WebDriver's codes in `KEYS`. */
  type(keys: string): Promise<void>
  /** Ends it with all of its processes. */
  close(): Promise<void>
}

/** @see https://w3c.github.io/webdriver/#keyboard-actions */
export const KEYS = { Enter: '\uE007', Escape: '\uE00C', ArrowDown: '\uE015' } as const

/** The sequence of actions that WebDriver, and its BiDi, take for `type`. */
export function keyActions(keys: string): readonly object[] {
  const actions = [...keys].flatMap((value) => [
    { type: 'keyDown', value },
    { type: 'keyUp', value },
  ])
  return [{ type: 'key', id: 'keyboard', actions }]
}

export interface LaunchOptions {
  /** `host:port` of an HTTP proxy for all requests, also those to this machine. */
  readonly proxy?: string
}

export type Launch = (options?: LaunchOptions) => Promise<DrivenBrowser>

/** @throws {Error} When `answer` does not come within a minute: the browser hangs. */
export async function withinBound<T>(what: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs: no answer in a minute`)), COMMAND_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The expression that finds an element by a selector of `chooseFile`. */
export function deepQuery(selector: string): string {
  const queries = selector.split(' >>> ').map((part) => `querySelector(${JSON.stringify(part)})`)
  return `document.${queries.join('.shadowRoot.')}`
}

/** The expression's value as JSON, for protocols that tell values in a form of their own. */
export function asJson(expression: string): string {
  return `(async () => JSON.stringify((await (${expression})) ?? null))()`
}

/** @throws {Error} When the browser answers anything but JSON. */
export function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') throw new Error(`the page answered a ${typeof value}, not JSON`)
  return JSON.parse(value)
}
