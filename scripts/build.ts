/**
 * `npm run build`: the package as it is published. `dist/<room>` by the type checker (nothing in a library has to be
 * bundled), `dist/demo` and `dist/lambda-assets` by esbuild.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { chmod, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { buildDemo } from './build-demo.ts'
import { buildLambdas } from './build-lambdas.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

await rm(`${root}/dist`, { recursive: true, force: true })
execFileSync(`${root}/node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
// npm does it for an installed package; this is for the clone.
await chmod(`${root}/dist/cli/main.js`, 0o755)
await buildDemo()
await buildLambdas()
