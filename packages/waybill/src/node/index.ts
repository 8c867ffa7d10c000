/**
 * `waybill/node` – the signer as a handler for `node:http`, and a server that stops gracefully.
 *
 * @module
 */

export {
  type NodeHandler,
  type NodeHandlerOptions,
  toNodeHandler,
} from './node-handler.ts'
export { type RunningServer, type ServerOptions, startServer } from './server.ts'
