/**
 * An error that the user can correct. Its message is shown without a stack trace. Any other error
 * is a bug in Waybill and is shown with its stack trace.
 */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  /** 2 for an invalid command line, 1 for everything else, as in most Unix tools. */
  readonly exitCode: 1 | 2

  /**
   * Makes `instanceof` compare names, because each package with a command has its own copy of this
   * class.
   */
  static override [Symbol.hasInstance](thrown: unknown): thrown is CommandFailure {
    return thrown instanceof Error && thrown.name === 'CommandFailure' && 'exitCode' in thrown
  }

  constructor(
    message: string,
    options: { readonly exitCode?: 1 | 2; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
  }
}

export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, { exitCode: 2 })
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Returns a system error's reason without its code and path, for messages that name the file. */
export function fileProblem(thrown: unknown): string {
  return messageOf(thrown).replace(/^E[A-Z]+: (.+?), \w+(?: '.*)?$/s, '$1')
}
