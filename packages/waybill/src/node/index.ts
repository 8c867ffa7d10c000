/**
 * `waybill/node` – the signer as a `node:http` handler, and a server that shuts down gracefully.
 *
 * @module
 */

export {
  type NodeHandler,
  type NodeHandlerOptions,
  toNodeHandler,
} from './node-handler.ts'
export { type RunningServer, type ServerOptions, startServer } from './server.ts'
