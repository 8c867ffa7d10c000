/**
 * A place where uploads are measured: how programs are started on the client's and on the server's
 * side of a line.
 *
 * @module
 */

/** A place. */
export interface Place {
  /** Name in tables. */
  readonly name: string
  /** Address of the server. */
  readonly host: string
  /** Makes the command that runs `command` on that side. */
  onClientSide(command: readonly string[]): readonly string[]
  onServerSide(command: readonly string[]): readonly string[]
  /** Closes the line; returns a text about it. */
  close(): Promise<string>
}

/** This machine, without a line. */
export const LOOPBACK: Place = {
  name: 'loopback',
  host: '127.0.0.1',
  onClientSide: (command) => command,
  onServerSide: (command) => command,
  close: async () => '',
}
