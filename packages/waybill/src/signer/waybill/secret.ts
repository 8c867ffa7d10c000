/**
 * The secret of a signer: a string, several, or a function that runs on every call.
 *
 * Whatever is derived from the secret is cached until the secret changes.
 *
 * @module
 */

/**
 * Random text of at least 32 characters. If there are several, the first one seals and all of them
 * open, so you can rotate the secret. `undefined` entries are ignored, because environment
 * variables may be missing, but at least one secret must be set.
 */
export type SealSecret = string | undefined | readonly (string | undefined)[]

/** A secret, or a function that returns the current one. It runs on every call. */
export type SecretProvider = SealSecret | (() => SealSecret | Promise<SealSecret>)

/** Checked secrets: the first one seals, all of them open. */
export type Secrets = readonly [string, ...string[]]

const MIN_SECRET_LENGTH = 32

/** There is no secret at the moment: its function failed, or returned an invalid one. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable'

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`there is no secret to seal with: ${reason}`, { cause })
  }
}

/**
 * Checks a secret.
 *
 * @throws {RangeError} When there is no secret, or one is too short. The message never contains a
 *   secret.
 */
export function readSecrets(given: SealSecret): Secrets {
  const [first, ...others] = [given].flat().filter((secret) => secret !== undefined)
  const wanted = `expected at least ${MIN_SECRET_LENGTH} random characters, such as npx waybill secret prints`
  if (first === undefined) {
    throw new RangeError(
      `secret is missing, ${wanted}; if it comes from an environment variable, the variable is not set where the server starts, or its name is misspelled`,
    )
  }
  for (const { length } of [first, ...others]) {
    if (!(length >= MIN_SECRET_LENGTH)) {
      throw new RangeError(`secret is ${length} characters, ${wanted}`)
    }
  }
  return [first, ...others]
}

/**
 * Makes something from a secret, and again only when the secret has changed.
 *
 * @param make - Derives keys, for example.
 * @returns A function that reads the secret and returns what was made from it. It throws
 *   `SecretUnavailable`, and reads the secret again on the next call.
 * @throws {RangeError} At once, if a secret that is not a function is missing or too short.
 */
export function bySecret<Made>(
  secret: SecretProvider,
  make: (secrets: Secrets) => Made,
): () => Promise<Made> {
  if (typeof secret !== 'function') {
    const made = make(readSecrets(secret))
    return async () => made
  }
  let kept: { readonly secrets: Secrets; readonly made: Made } | undefined
  return async () => {
    const secrets = await askFor(secret)
    if (!kept || !areEqual(kept.secrets, secrets)) kept = { secrets, made: make(secrets) }
    return kept.made
  }
}

async function askFor(secret: () => SealSecret | Promise<SealSecret>): Promise<Secrets> {
  try {
    return readSecrets(await secret())
  } catch (cause) {
    throw new SecretUnavailable(cause)
  }
}

function areEqual(a: Secrets, b: Secrets): boolean {
  return a.length === b.length && a.every((secret, index) => secret === b[index])
}
