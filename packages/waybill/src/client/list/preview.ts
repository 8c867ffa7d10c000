/**
 * Creates local URLs, so that a page can show images and videos before they are sent.
 *
 * A `blob:` URL has the page's origin, so a document opened from it can act as the page. An `<img>`
 * never runs scripts in an SVG, but the same URL could be opened in a tab or a frame. Therefore,
 * only file types that cannot contain scripts get a URL.
 *
 * @see https://w3c.github.io/FileAPI/#url
 * @module
 */

const SHOWN = /^(?:image|video)\/(?!.*(?:xml|svg|html))[\w.+-]+$/

export class Preview {
  readonly #file: Blob | undefined
  #url: string | undefined
  #isRevoked = false

  constructor(file: Blob | undefined) {
    this.#file = file && SHOWN.test(file.type) ? file : undefined
  }

  /** Created when first read. `undefined` for other file types and after `revoke`. */
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
