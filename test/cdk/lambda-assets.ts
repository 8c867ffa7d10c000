/**
 * The Lambda bundles, which are the assets of all stacks: built once by each process of tests.
 *
 * @module
 */

import { buildLambdas } from '../../scripts/build/lambdas.ts'

let built: ReturnType<typeof buildLambdas> | undefined

/** Resolves when they are in `dist/lambda-assets`. */
export async function lambdaAssets(): Promise<void> {
  built ??= buildLambdas()
  await built
}
