/**
 * Lets the connection of a HEAD be used again. Node's `fetch` closes it, as some servers send a
 * body all the same; with the last connection to a host it forgets to keep the next ones, too.
 *
 * Requests go through the dispatcher that the program has set, such as a proxy. Other runtimes know
 * no dispatcher and ignore it.
 *
 * @see https://nodejs.org/api/globals.html#custom-dispatcher
 * @see https://github.com/nodejs/undici/blob/v7.29.1/docs/docs/api/Dispatcher.md – `reset`
 * @module
 */

interface Dispatcher {
  dispatch(options: object, handler: object): boolean
}

/** Node's `fetch`, which calls this, has set it where nothing else has. */
const runtime: Record<symbol, unknown> = globalThis as never

/** An option of Node's `fetch`. */
export const dispatcher: Dispatcher = {
  dispatch: (options, handler) =>
    (runtime[Symbol.for('undici.globalDispatcher.1')] as Dispatcher).dispatch(
      { ...options, reset: false },
      handler,
    ),
}
