/**
 * The `--host` option, which opens a command's servers to the network, for example to try a page on
 * a phone.
 *
 * @module
 */

import { networkInterfaces } from 'node:os'
import { usageFailure } from './command-failure.ts'
import type { CommandOption } from './command-line.ts'
import { hang } from './fit-text.ts'
import { isLocalPage } from './local-page.ts'
import type { Terminal } from './terminal.ts'

const ALL = '0.0.0.0'

export const HOST_OPTION: CommandOption = {
  value: 'address',
  bare: ALL,
  about:
    'open to the network: listen on this address of the machine, or on all without a value ' +
    '(default: only this machine)',
}

export interface OpenHost {
  readonly listen: string
  /** This machine's addresses as they appear in URLs, with IPv6 addresses in brackets. */
  readonly names: readonly [string, ...string[]]
}

/**
 * Reads the value of `--host`.
 *
 * @param name - How the user set it, if not with `--host`.
 * @returns `undefined` without a value: the servers are then reachable from this machine only.
 * @throws {CommandFailure} If the value is not an address of this machine.
 */
export function openHost(host: string | undefined, name = '--host'): OpenHost | undefined {
  if (host === undefined) return undefined
  const addresses = networkAddresses()
  if (host !== ALL && host !== '::')
    return { listen: host, names: [checkAddress(host, name, addresses)] }
  // A container may have no network yet, or never.
  const [first = 'localhost', ...others] = addresses.map(urlHost)
  return { listen: host, names: [first, ...others] }
}

/** Leaves out link-local IPv6 addresses, which browsers cannot open. */
function networkAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  const open = all.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
  // IPv4 comes first, because phones and routers support it in every home network.
  open.sort((a, b) => a.family.localeCompare(b.family))
  return open.map(({ address }) => address)
}

function checkAddress(host: string, name: string, addresses: readonly string[]): string {
  if (addresses.includes(host)) return urlHost(host)
  const known = addresses.length === 0 ? '' : `, such as ${addresses.join(' or ')}`
  throw usageFailure(
    `${name} is '${host}', expected an address of this machine in a network${known}`,
  )
}

function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** Returns a check that accepts pages on this machine, including under `host`'s addresses. */
export function isPageOf(host: OpenHost | undefined): (origin: string) => boolean {
  if (!host) return isLocalPage
  return (origin) => isLocalPage(origin) || isNamed(host, origin)
}

function isNamed({ names }: OpenHost, origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  return url?.origin === origin && names.includes(url.hostname)
}

export function sayOpen(terminal: Terminal, host: OpenHost | undefined): void {
  if (!host) return
  const text =
    'Open to the network: with the access key above, anyone who reaches this machine can read, ' +
    'replace and remove everything in the bucket. Use it in a network that you trust, and stop ' +
    'it when you are done.'
  terminal.say()
  terminal.say(terminal.warning(hang('  ', text, Math.min(terminal.columns, 80))))
}
