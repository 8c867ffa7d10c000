/**
 * Finds Node's crypto without importing it: an import of `node:crypto` would break bundles for
 * browsers and edge runtimes.
 *
 * @module
 */

export type NodeCrypto = typeof import('node:crypto')

/** Returns Node's crypto; `undefined` on platforms without it (browsers, most edge runtimes). */
export function nodeCrypto(): NodeCrypto | undefined {
  try {
    return globalThis.process?.getBuiltinModule?.('node:crypto')
  } catch {
    // In Next.js's edge runtime, the functions of `process` exist but throw.
    return undefined
  }
}
