/**
 * The class of `<waybill-upload>`. It only connects the other modules: `file-intake.ts` accepts
 * files, `element-files.ts` keeps them, `view/` renders them, and `form.ts` submits their receipts.
 *
 * @module
 */

import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit'
import type {
  AddOptions,
  FileMetadata,
  UploadItem,
  UploadListOptions,
  UploadTotal,
} from '../client/list/upload-list.ts'
import type { SignerHeaders } from '../client/signer-calls/signer-calls.ts'
import type { TokenOptions } from '../client/signer-calls/token.ts'
import type { Uploader } from '../client/uploader.ts'
import { ElementFiles, type Held, MISSING } from './element-files.ts'
import { areUnderWay, tell, tellEvents } from './events.ts'
import { FileIntake } from './file-intake.ts'
import { FormControl, filesOfState } from './form.ts'
import {
  type Capture,
  DEFAULTS,
  PROPERTIES,
  type WaybillUploadElement,
} from './public-interface.ts'
import { styles } from './view/styles.ts'
import { ViewController } from './view/view.ts'
import type { ViewActions, ViewModel } from './view/view-model.ts'
import type { UploadWords } from './words/english.ts'
import { dirOf, Language, langOf } from './words/language.ts'

/** Attributes that are not properties, but change what is rendered. */
const OBSERVED: readonly string[] = ['lang', 'dir']

/** How long a page may take to set `endpoint` or `uploader`, before its developer is reminded. */
const PATIENCE_MS = 1_000

/** Chromium asks the disk for the size of each file that is added, on the page's thread. */
const ADDED_AT_ONCE = 100

class UploadElement extends LitElement implements WaybillUploadElement {
  static readonly formAssociated = true
  static override readonly shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  }
  static override readonly styles = styles
  static override readonly properties = PROPERTIES

  declare endpoint: string
  declare rule: string | undefined
  declare uploader: Uploader | undefined
  declare headers: SignerHeaders | undefined
  declare token: TokenOptions['token']
  declare tokenUrl: string | undefined
  declare scope: string | undefined
  declare metadata: FileMetadata | undefined
  declare prepare: UploadListOptions['prepare'] | undefined
  declare words: Readonly<Partial<UploadWords>> | undefined
  declare name: string
  declare multiple: boolean
  declare accept: string | undefined
  declare maxFiles: number | undefined
  declare capture: Capture | undefined
  declare directory: boolean
  declare required: boolean
  declare autostart: boolean
  declare verdicts: boolean
  declare dropTarget: string
  declare layout: WaybillUploadElement['layout']
  declare shape: WaybillUploadElement['shape']
  declare density: WaybillUploadElement['density']

  readonly #internals = this.attachInternals()
  readonly #view = new ViewController(this)
  readonly #control = new FormControl(this.#internals)
  readonly #language = new Language(() => this.requestUpdate())
  readonly #files = new ElementFiles({
    settings: this,
    onChange: () => this.#changed(),
    isInUse: () => this.matches(':hover, :focus-within'),
  })
  readonly #intake = new FileIntake(this, {
    isDisabled: () => this.#isDisabled,
    accept: () => this.accept ?? this.#held.hints?.accept ?? '',
    interrupted: () => this.#held.interrupted,
    offer: (files) => {
      const isWanted = tell(this, 'waybill-add', { files })
      if (!this.#files.list()) this.#miss('choice')
      else if (isWanted) void this.#add(files)
    },
    goOn: (id, file) => this.#files.goOn(id, file),
  })
  readonly #actions: ViewActions = {
    choose: () => this.choose(),
    chooseFolder: () => this.#intake.open({ kind: 'add', from: 'folder' }),
    capture: () => this.#intake.open({ kind: 'add', from: 'camera' }),
    start: (id) => this.start(id),
    pause: (id) => this.pause(id),
    resume: (id) => this.resume(id),
    retry: (id) => this.retry(id),
    remove: (id) => this.removeFile(id),
    undo: (id) => this.undoRemove(id),
    clear: () => this.clear(),
    chooseForInterrupted: (id) => this.#intake.chooseForInterrupted(id),
    forgetInterrupted: (id) => this.#files.forgetInterrupted(id),
  }
  readonly #stay = (event: BeforeUnloadEvent) => event.preventDefault()
  #held: Held = this.#files.read()
  #isDisabled = false
  #missed: 'seen' | 'choice' | undefined

  constructor() {
    super()
    Object.assign(this, { ...DEFAULTS, disabled: this.disabled })
    // A click on the element's `<label>` also fires a click on the element itself.
    this.addEventListener('click', (event) => {
      if (event.composedPath()[0] === this) this.choose()
    })
  }

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: `LitElement.observedAttributes` lacks our own
    return [...super.observedAttributes, ...OBSERVED]
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#files.list()
    this.#changed()
    setTimeout(() => this.isConnected && !this.#files.list() && this.#miss('seen'), PATIENCE_MS)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // Moving an element disconnects it too, so uploads continue.
    this.#files.endRemovals()
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value)
    if (OBSERVED.includes(name)) this.requestUpdate()
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.shape === 'avatar') this.multiple = false
    this.#files.list()
    if (changed.has('headers') || changed.has('token') || changed.has('tokenUrl')) {
      this.#files.askAgain()
    }
    this.#language.use(langOf(this), this.words)
  }

  protected override render(): TemplateResult {
    return html`${this.#view.draw(this.#model(), this.#actions)}${this.#intake.input}`
  }

  protected override updated(): void {
    // Properties may have changed, and `setValidity` needs the button, which exists only after
    // rendering.
    this.#tellForm()
  }

  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#control.join(
      form,
      () => this.#files.submit(),
      () => this.#files.endRemovals(),
    )
  }

  formDisabledCallback(isDisabled: boolean): void {
    this.#isDisabled = isDisabled
    this.requestUpdate()
  }

  formResetCallback(): void {
    this.reset()
  }

  formStateRestoreCallback(state: unknown, mode: 'restore' | 'autocomplete'): void {
    if (mode === 'restore') this.#files.restore(filesOfState(state))
  }

  /** As in native controls, the attribute has the value, so `formDisabledCallback` runs at once. */
  get disabled(): boolean {
    return this.hasAttribute('disabled')
  }

  set disabled(isDisabled: boolean) {
    this.toggleAttribute('disabled', Boolean(isDisabled))
  }

  get items(): readonly UploadItem[] {
    return this.#held.kept
  }

  get total(): UploadTotal {
    return this.#held.total
  }

  get receipts(): readonly string[] {
    return this.#held.receipts
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form
  }

  get labels(): NodeList {
    return this.#internals.labels
  }

  get validity(): ValidityState {
    return this.#internals.validity
  }

  get validationMessage(): string {
    return this.#internals.validationMessage
  }

  get willValidate(): boolean {
    return this.#internals.willValidate
  }

  checkValidity(): boolean {
    return this.#internals.checkValidity()
  }

  reportValidity(): boolean {
    return this.#internals.reportValidity()
  }

  choose(): void {
    this.#intake.open({ kind: 'add', from: 'files' })
  }

  add(files: Iterable<File>, options?: AddOptions): readonly string[] {
    return this.#files.add([...files], options)
  }

  start(id?: string): void {
    this.#files.act('start', id)
  }

  pause(id?: string): void {
    this.#files.act('pause', id)
  }

  resume(id?: string): void {
    this.#files.act('resume', id)
  }

  abort(id?: string): void {
    this.#files.act('abort', id)
  }

  retry(id?: string): void {
    this.#files.act('retry', id)
  }

  removeFile(id: string): void {
    this.#files.remove(id)
  }

  undoRemove(id: string): void {
    this.#files.undo(id)
  }

  clear(options?: { readonly receipts?: readonly string[] }): void {
    this.#files.clear(options)
  }

  reset(): void {
    this.#files.empty()
  }

  /** Adds thousands of files without blocking the page, unless the element is emptied meanwhile. */
  async #add(files: readonly File[]): Promise<void> {
    const list = this.#files.list()
    const wanted = this.multiple ? files : files.slice(0, 1)
    for (let from = 0; from < wanted.length; from += ADDED_AT_ONCE) {
      if (from > 0) await new Promise((resolve) => setTimeout(resolve))
      if (this.#files.list() !== list) return
      this.#files.add(wanted.slice(from, from + ADDED_AT_ONCE))
    }
  }

  /** Without `endpoint` or `uploader`. Users are told only once they have chosen a file in vain. */
  #miss(why: 'seen' | 'choice'): void {
    if (why === 'seen' && !isLocalPage(location.hostname)) return
    this.#missed = why
    console.error(`<waybill-upload>: ${MISSING}`)
    this.requestUpdate()
  }

  get #mistake(): string | undefined {
    if (!this.#missed || this.#files.list()) return undefined
    return isLocalPage(location.hostname) ? MISSING : this.#language.texts.say('misconfigured')
  }

  #changed(): void {
    const before = this.#held
    this.#held = this.#files.read()
    this.#guardLeaving()
    this.#tellForm()
    tellEvents(this, before, this.#held)
    this.requestUpdate()
  }

  /**
   * Makes the browser ask for confirmation when the user leaves the page while uploads are in
   * flight. Listens only then, because the listener keeps the page out of the back/forward cache.
   *
   * @see https://developer.mozilla.org/en-US/docs/Web/API/Window/beforeunload_event
   */
  #guardLeaving(): void {
    if (areUnderWay(this.#held.kept)) addEventListener('beforeunload', this.#stay)
    else removeEventListener('beforeunload', this.#stay)
  }

  #tellForm(): void {
    this.#control.update(this.#held, {
      name: this.name,
      required: this.required,
      isDisabled: this.#isDisabled,
      isDragging: this.#intake.isDragging,
      texts: this.#language.texts,
      anchor: this.renderRoot?.querySelector('button') ?? undefined,
    })
  }

  #model(): ViewModel {
    const { texts } = this.#language
    const { items, removed, total, interrupted, hints } = this.#held
    const { multiple, required, autostart, directory, capture, maxFiles } = this
    const { isDragging, isUnwanted, isReading, mismatched } = this.#intake
    const mistake = this.#mistake
    const label = [...this.labels].map(({ textContent }) => textContent?.trim()).join(' ')
    return {
      ...{ items, removed, total, interrupted, multiple, required, autostart, directory },
      ...{
        isDragging,
        isUnwanted,
        isReading,
        canClear: this.name === '',
        texts,
        dir: dirOf(this, texts),
        disabled: this.#isDisabled,
        isLocal: isLocalPage(location.hostname),
        ...{ layout: this.layout, shape: this.shape },
        now: new Date(),
      },
      ...(hints ? { hints } : {}),
      ...(label ? { label } : {}),
      ...(mistake ? { mistake } : {}),
      ...(maxFiles === undefined ? {} : { maxFiles }),
      ...(capture === undefined ? {} : { capture }),
      ...(mismatched === undefined ? {} : { mismatched }),
    }
  }
}

const NAME = 'waybill-upload'

/** Does nothing if the name is already taken, for example by a second copy of this package. */
export function registerElement(): void {
  if (!customElements.get(NAME)) customElements.define(NAME, UploadElement)
}

const LOCAL =
  /^(?:|localhost|(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+)+|\[::1\]|.*\.(?:localhost|local|test))$/

/** @returns Whether a page was loaded from this machine, a private network or a file. */
export function isLocalPage(hostname: string): boolean {
  return LOCAL.test(hostname)
}
