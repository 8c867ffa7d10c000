let allowed: boolean | undefined

const EMPTY_MODULE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/**
 * Checks whether WebAssembly can be compiled. A Content Security Policy without `wasm-unsafe-eval`
 * forbids it, and Safari's Lockdown Mode disables it.
 *
 * Tries only once, because the policy may report each blocked attempt to the site's owner.
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
