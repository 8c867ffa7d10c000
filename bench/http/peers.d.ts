/**
 * What the benchmark uses of its peers, which are not installed when the project is checked.
 */

declare module 'fastify' {
  import type { IncomingHttpHeaders, RequestListener } from 'node:http'

  interface Fastify {
    post(
      path: string,
      handler: (
        request: { readonly headers: IncomingHttpHeaders; readonly body: unknown },
        reply: { status(code: number): unknown },
      ) => Promise<unknown>,
    ): void
    ready(): Promise<void>
    readonly routing: RequestListener
  }
  export function fastify(): Fastify
}
