/**
 * Local URLs of images and videos, so that a page shows what was chosen before anything is sent.
 *
 * A `blob:` URL has the origin of the page: a document that is opened from it runs as the page. An
 * `<img>` never runs an SVG, but the same URL may be opened in a tab or put into a frame, so only
 * types that hold nothing to run get one.
 *
 * @see https://w3c.github.io/FileAPI/#url
 * @module
 */

const SHOWN = /^(?:image|video)\/(?!.*(?:xml|svg|html))[\w.+-]+$/

/** The URL of one file, made when it is first asked for. */
export class Preview {
  readonly #file: Blob | undefined
  #url: string | undefined
  #isRevoked = false

  constructor(file: Blob | undefined) {
    this.#file = file && SHOWN.test(file.type) ? file : undefined
  }

  /** `undefined` for what is not shown, and once it was revoked. */
  get url(): string | undefined {
    if (!this.#file || this.#isRevoked) return undefined
    this.#url ??= URL.createObjectURL(this.#file)
    return this.#url
  }

  revoke(): void {
    this.#isRevoked = true
    if (this.#url !== undefined) URL.revokeObjectURL(this.#url)
  }
}
