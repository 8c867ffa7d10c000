/**
 * Finds out whether WebAssembly can be compiled. A Content Security Policy without
 * `wasm-unsafe-eval` forbids it, and Safari's Lockdown Mode disables it.
 *
 * @module
 */

let allowed: boolean | undefined

/** An empty module. */
const EMPTY_MODULE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/**
 * Checks whether WebAssembly can be compiled. Tries only once, because a Content Security Policy
 * may report each blocked attempt to the site's owner.
 */
export function hasWebAssembly(): boolean {
  allowed ??= canCompile()
  return allowed
}

function canCompile(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.from(EMPTY_MODULE)) instanceof WebAssembly.Module
  } catch {
    return false
  }
}
