/**
 * Runs `waybill serve`: reads the settings, starts the server, and stops it on a signal. Standard
 * output has one JSON line for each event and each request.
 *
 * @module
 */

import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import { choosePort, PAGE_PORT } from '@waybill/command-line/port'
import type { Setting, Settings } from '@waybill/command-line/settings'
import { stopSignal } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import type { UploadRule } from 'waybill'
import { printError, reportErrorTo, throttleMistakes } from 'waybill/internal/events'
import { type SettingsSource, settingMistakes, signerSettings } from 'waybill/internal/settings'
import { startServer } from 'waybill/node'
import { createSigner, memoryQuotas, type SignerOptions } from 'waybill/signer'
import { serverCredentials } from '../account/server-credentials.ts'
import { loadRules } from '../rules-file.ts'
import { elementFiles } from './element-files.ts'
import { type Log, serveListener } from './serve-listener.ts'

const LIMITS = {
  // Completing an upload of thousands of parts can take this long.
  graceMs: 60_000,
  // Load balancers close unused connections after 60 s.
  keepAliveTimeoutMs: 75_000,
}

export async function runServe(settings: Settings, terminal: Terminal): Promise<number> {
  const log: Log = (line) => void process.stdout.write(`${JSON.stringify(line)}\n`)
  const stopped = stopSignal({ say: () => log({ type: 'stop', at: new Date() }) })
  const { port, host, rules, 'base-path': base } = settings
  const basePath = checkBasePath(base)
  const onError = throttleMistakes(reportErrorTo(printError), () => new Date())
  const options = await signerOptions(process.env, rules?.value, onError)
  const listener = serveListener({
    signer: signerOf({ ...options, onError, onEvent: log }),
    basePath,
    element: await elementFiles(),
    needed: options,
    log,
    onError,
  })
  const chosen = await choosePort(port?.value ?? `${PAGE_PORT}`, port?.name ?? '--port', PAGE_PORT)
  const address = { port: chosen.port, host: host?.value ?? '127.0.0.1', ...LIMITS }
  const server = await startServer(listener, address)
  const hasQuota = Object.values<UploadRule>(options.rules).some(({ quota }) => quota)
  if (hasQuota && !process.env.WAYBILL_QUOTA_TABLE) terminal.complain(QUOTAS_IN_MEMORY)
  log({ type: 'start', url: `${server.url}${basePath}`, at: new Date() })
  await stopped
  await server.close()
  return 0
}

const QUOTAS_IN_MEMORY =
  'waybill: this process counts quotas in its memory: for several instances, or to keep the ' +
  'counts when it restarts, set WAYBILL_QUOTA_TABLE'

function checkBasePath({ value, name }: Setting = { value: '', name: '' }): string {
  if (/^(?:\/[\w.~-]+)*\/?$/.test(value)) return value.replace(/\/$/, '')
  throw new CommandFailure(`${name} is '${value}', expected a path such as /uploads`, {
    exitCode: 2,
  })
}

const IAM =
  "WAYBILL_AUTH is 'iam', which only a Lambda function can check: expected none, rules, jwt or token"

/** @throws {CommandFailure} If settings are invalid. The message names each of them. */
async function signerOptions(
  environment: SettingsSource['environment'],
  rulesFile: string | undefined,
  onError: (error: unknown) => void,
): Promise<SignerOptions> {
  const mistakes = environment.WAYBILL_AUTH === 'iam' ? [IAM] : []
  const collect = (error: unknown) => {
    if (!(error instanceof CommandFailure)) throw error
    mistakes.push(error.message)
    return undefined
  }
  const provider = await serverCredentials(environment).catch(collect)
  const rules =
    rulesFile === undefined ? undefined : ((await loadRules(rulesFile).catch(collect)) ?? {})
  const credentials = provider ?? (() => Promise.reject(new Error('there are no credentials')))
  const source = { environment, credentials, onError }
  mistakes.push(...settingMistakes(source, { rules, onError }))
  if (mistakes.length > 0) throw new CommandFailure(mistakes.join('\n'))
  const { quotas = memoryQuotas(), ...options } = signerSettings(source, { rules, onError })
  return { ...options, quotas }
}

function signerOf(options: SignerOptions) {
  try {
    return createSigner(options)
  } catch (cause) {
    const message = messageOf(cause)
    // The message begins with the option's name, which is also the setting's.
    const option = /^\w+/.exec(message)?.[0] ?? ''
    const setting = option.replace(/[A-Z]/g, '_$&').toUpperCase()
    throw new CommandFailure(`WAYBILL_${setting}: ${message}`, { cause })
  }
}
