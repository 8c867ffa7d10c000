/**
 * `waybill/node` – a `node:http` handler for the signer, and a server that shuts down gracefully.
 *
 * @module
 */

export {
  type NodeHandler,
  type NodeHandlerOptions,
  toNodeHandler,
} from './node-handler.ts'
export { type RunningServer, type ServerOptions, startServer } from './server.ts'
