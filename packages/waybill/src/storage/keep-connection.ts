/**
 * Keeps the connection open after a HEAD request. Node's `fetch` closes it because some servers
 * send a body in response to HEAD. If it was the only connection to the host, `fetch` also closes
 * later ones after a single use.
 *
 * Requests go through the dispatcher that the program has set, such as a proxy. If there is none,
 * as in other runtimes and before Node's first `fetch`, nothing changes.
 *
 * @see https://nodejs.org/api/globals.html#custom-dispatcher
 * @see https://github.com/nodejs/undici/blob/v7.29.1/docs/docs/api/Dispatcher.md – `reset`
 * @module
 */

interface Dispatcher {
  dispatch(options: object, handler: object): boolean
}

const runtime: { readonly [name: symbol]: Dispatcher | undefined } = globalThis as never
const OF_PROGRAM = Symbol.for('undici.globalDispatcher.1')

export function keepConnection(): { readonly dispatcher?: Dispatcher } {
  const own = runtime[OF_PROGRAM]
  if (!own) return {}
  return {
    dispatcher: {
      dispatch: (options, handler) => own.dispatch({ ...options, reset: false }, handler),
    },
  }
}
