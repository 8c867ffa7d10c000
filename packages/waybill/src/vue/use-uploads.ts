import {
  type ComputedRef,
  computed,
  getCurrentInstance,
  type MaybeRefOrGetter,
  onMounted,
  onScopeDispose,
  type Ref,
  shallowRef,
  toValue,
  watch,
} from 'vue'
import { createUploader } from '../client/create-uploader.ts'
import { ComponentList, ofAllRules, type UseUploadsOptions } from '../client/list/component-list.ts'
import { dropListeners, type TakeFiles, takeChosen } from '../client/list/drop-props.ts'
import type { InterruptedItem, UploadList, UploadListSnapshot } from '../client/list/upload-list.ts'
import type { Uploader } from '../client/uploader.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'

/** The composables for one signer, and the uploader they share. */
export interface UploadComposables<Rules extends UploadRules> {
  /**
   * Uploads files under one rule until the component is unmounted or its effect scope is stopped.
   *
   * @param options - Pass a ref or a getter if the options can change.
   */
  readonly useUploads: <Name extends RuleName<Rules>>(
    rule: Name,
    options?: MaybeRefOrGetter<UseUploadsOptions<RuleResult<Rules, Name>>>,
  ) => Uploads<RuleResult<Rules, Name>>
  /** Returns the interrupted uploads of all rules, so that the user can resume them. */
  readonly useInterrupted: (options?: MaybeRefOrGetter<UseUploadsOptions>) => Interrupted
  /** The uploader, for uploads outside components and for calling `forgetAll` at logout. */
  readonly uploader: Uploader<Rules>
}

/**
 * Creates the composables for one signer. Call this once, outside components, so that all
 * components share one uploader and its connections.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names it.
 * @example
 * ```ts
 * import type { rules } from './rules.ts' // checks the rule names
 *
 * export const { useUploads, useInterrupted } = uploadComposables<typeof rules>({
 *   endpoint: '/api/uploads',
 * })
 * ```
 */
export function uploadComposables<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): UploadComposables<Rules> {
  const uploader = createUploader<Rules>(options)
  // `UploadComposables` already checks the rule names at compile time.
  const untyped = uploader as unknown as Uploader
  const allRules = ofAllRules(untyped)
  return {
    useUploads: (rule, uploadsOptions = {}) => useUploadsOf(untyped, rule, uploadsOptions),
    useInterrupted: (interruptedOptions = {}) =>
      useUploadsOf(allRules, undefined, interruptedOptions),
    uploader,
  }
}

/** Props for an input: `<input v-bind="inputProps">`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** Set once the rule's hints are known. */
  readonly accept?: string
  readonly onChange: (event: Event) => void
}

/**
 * Props for an element that accepts dropped files, and pasted files while focus is inside it:
 * `<div v-bind="dropProps">`.
 */
export interface DropProps {
  /** Set while files are dragged over the element. */
  readonly 'data-dragging'?: ''
  readonly onDragenter: (event: DragEvent) => void
  readonly onDragover: (event: DragEvent) => void
  readonly onDragleave: (event: DragEvent) => void
  readonly onDrop: (event: DragEvent) => void
  readonly onPaste: (event: ClipboardEvent) => void
}

type Actions<Result> = Omit<
  UploadList<Result>,
  'getSnapshot' | 'subscribe' | 'hints' | 'update' | 'destroy'
>

/** An interrupted upload, with props for an input that resumes it. */
export interface InterruptedFile extends InterruptedItem {
  /** Props for an `<input>` in which the user picks the file again. */
  readonly inputProps: FileInputProps
}

type SnapshotRefs<Result> = {
  readonly [Name in keyof UploadListSnapshot<Result>]-?: ComputedRef<
    UploadListSnapshot<Result>[Name]
  >
}

/** A component's uploads as refs. */
export interface Uploads<Result = unknown>
  extends Omit<SnapshotRefs<Result>, 'interrupted'>,
    Actions<Result> {
  /** The rule's uploads that a reload or crash interrupted, newest first. */
  readonly interrupted: ComputedRef<readonly InterruptedFile[]>
  /** Props for an `<input>` that adds files. */
  readonly inputProps: ComputedRef<FileInputProps>
  /** Props for an element that accepts dropped and pasted files, such as the input's label. */
  readonly dropProps: ComputedRef<DropProps>
  /** Whether files are being dragged over the element with `dropProps`. */
  readonly isDragging: Readonly<Ref<boolean>>
}

/** Interrupted uploads, and uploads resumed from them. */
export type Interrupted = Omit<Uploads, 'add' | 'hints' | 'inputProps' | 'dropProps' | 'isDragging'>

function useUploadsOf<Result>(
  uploader: Uploader,
  rule: string | undefined,
  options: MaybeRefOrGetter<UseUploadsOptions<Result>>,
): Uploads<Result> {
  const held = new ComponentList(uploader, rule, toValue(options))
  watch(
    () => toValue(options),
    (now) => held.use(now),
    { flush: 'sync' },
  )
  const { list } = held
  const snapshot = followed(held)
  const accept = computed(() => snapshot.value.hints?.accept)
  const isDragging = shallowRef(false)
  const onDrop = dropPropsOf(list.add, (now) => {
    isDragging.value = now
  })
  const { getSnapshot, subscribe, hints, update, destroy, ...actions } = list
  return {
    ...actions,
    items: computed(() => snapshot.value.items),
    total: computed(() => snapshot.value.total),
    hints: computed(() => snapshot.value.hints),
    receipts: computed(() => snapshot.value.receipts),
    interrupted: computed(() =>
      snapshot.value.interrupted.map((item) => withInput(item, list, accept.value)),
    ),
    inputProps: computed(() =>
      fileInputProps(list.add, toValue(options).maxFiles !== 1, accept.value),
    ),
    dropProps: computed(() => ({
      ...onDrop,
      ...(isDragging.value ? { 'data-dragging': '' } : {}),
    })),
    isDragging,
  }
}

/**
 * Subscribes to the list until the scope is stopped. Inside a component, it subscribes only after
 * mounting, so server rendering never subscribes.
 */
function followed<Result>(held: ComponentList<Result>): Readonly<Ref<UploadListSnapshot<Result>>> {
  const { list } = held
  const snapshot = shallowRef(list.getSnapshot())
  const letGo = held.hold()
  let stop = () => {}
  const follow = () => {
    stop = list.subscribe(() => {
      snapshot.value = list.getSnapshot()
    })
  }
  if (getCurrentInstance()) onMounted(follow)
  else follow()
  onScopeDispose(() => {
    stop()
    letGo()
  })
  return snapshot
}

function withInput(
  item: InterruptedItem,
  list: UploadList,
  accept: string | undefined,
): InterruptedFile {
  const take = ([file]: Iterable<File>) => {
    if (file) list.resumeInterrupted(item.id, file)
  }
  return { ...item, inputProps: fileInputProps(take, false, accept) }
}

function fileInputProps(
  take: TakeFiles,
  multiple: boolean,
  accept: string | undefined,
): FileInputProps {
  return {
    type: 'file',
    multiple,
    ...(accept ? { accept } : {}),
    onChange: (event) => takeChosen(event, take),
  }
}

function dropPropsOf(
  take: TakeFiles,
  setDragging: (isDragging: boolean) => void,
): Omit<DropProps, 'data-dragging'> {
  const { onDragEnter, onDragOver, onDragLeave, onDrop, onPaste } = dropListeners(take, setDragging)
  return {
    onDragenter: onDragEnter,
    onDragover: onDragOver,
    onDragleave: onDragLeave,
    onDrop,
    onPaste,
  }
}
