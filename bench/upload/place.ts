/**
 * Where an upload is measured: how a program is started on the client's side of the line, and how on the server's.
 *
 * @module
 */

export interface Place {
  /** For tables. */
  readonly name: string
  /** The address that the server listens on and the client speaks to. */
  readonly host: string
  /** @returns The command that runs `command` on that side. */
  onClientSide(command: readonly string[]): readonly string[]
  onServerSide(command: readonly string[]): readonly string[]
  /** @returns What there is to say of the line once everything was sent. */
  close(): Promise<string>
}

export const LOOPBACK: Place = {
  name: 'loopback',
  host: '127.0.0.1',
  onClientSide: (command) => command,
  onServerSide: (command) => command,
  close: async () => '',
}
