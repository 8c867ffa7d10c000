/**
 * The parts of the peers that are used here. Only the benchmark installs them (`bench/peers/`), so
 * their own declarations are missing when the project is checked.
 */

declare module '@uppy/core' {
  export class Uppy {
    constructor(options?: { autoProceed?: boolean })
    use(plugin: unknown, options: object): this
    addFiles(files: readonly { name: string; type: string; data: Blob }[]): void
    upload(): Promise<{ failed?: readonly { error?: string | null }[] } | undefined>
  }
}

declare module '@uppy/aws-s3' {
  const plugin: unknown
  // biome-ignore lint/style/noDefaultExport: Uppy exports its plugins so
  export default plugin
}

declare module '@better-upload/client' {
  export function uploadFiles(options: {
    api: string
    route: string
    files: readonly File[]
  }): Promise<{ failedFiles: readonly { error?: { message: string } }[] }>
}

declare module '@better-upload/server' {
  export function route(options: object): () => unknown
}

declare module '@better-upload/server/adapters/node' {
  import type { RequestListener } from 'node:http'
  export function toNodeHandler(router: object): RequestListener
}

declare module '@better-upload/server/clients' {
  export function custom(options: object): unknown
}
