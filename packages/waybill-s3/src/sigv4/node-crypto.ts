/**
 * Gets Node's crypto without importing it, because an import of `node:crypto` would break bundles
 * for browsers and edge runtimes.
 *
 * @module
 */

export type NodeCrypto = typeof import('node:crypto')

/** @returns `undefined` on platforms without Node's crypto (browsers, most edge runtimes). */
export function nodeCrypto(): NodeCrypto | undefined {
  try {
    return globalThis.process?.getBuiltinModule?.('node:crypto')
  } catch {
    // In Next.js's edge runtime, the functions of `process` exist but throw.
    return undefined
  }
}
