/**
 * The program of `function-process.ts`: imports the bundle, and answers events.
 *
 * @module
 */

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [code = ''] = process.argv.slice(2)
const { handler } = await import(pathToFileURL(join(code, 'index.mjs')).href)

const send = (message: object) => process.send?.(message)

process.on('message', ({ id, event }: { id: number; event: object }) => {
  // The handler may be called while another call is under way, as no instance of Lambda is.
  Promise.resolve()
    .then(() => handler(event))
    .then(
      (answer) => send({ id, answer }),
      (error) => send({ id, error: String(error) }),
    )
})
send({ ready: true })
