/**
 * Implements Uppy's `BasePlugin` without extending the class in `@uppy/core`, so that this package
 * does not depend on Uppy. Most methods do nothing because an uploader renders nothing.
 *
 * @module
 */

export class UppyPlugin<Uppy, Options> {
  readonly uppy: Uppy
  opts: Options
  readonly defaultLocale = { strings: {} }
  readonly VERSION: string = ''

  constructor(uppy: Uppy, options: Options) {
    this.uppy = uppy
    this.opts = options
  }

  setOptions(changed: Partial<Options>): void {
    this.opts = { ...this.opts, ...changed }
  }

  i18n(key: string): string {
    return key
  }

  i18nArray(key: string): string[] {
    return [key]
  }

  getPluginState(): Record<string, unknown> {
    return {}
  }

  addTarget(): null {
    return null
  }

  setPluginState(): void {}
  i18nInit(): void {}
  update(): void {}
  afterUpdate(): void {}
}
