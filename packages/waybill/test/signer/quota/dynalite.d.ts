declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** @param options - `createTableMs`: how long a new table cannot be used yet. */
  function dynalite(options?: { readonly createTableMs?: number }): Server
  // biome-ignore lint/style/noDefaultExport: so the package is written
  export default dynalite
}
