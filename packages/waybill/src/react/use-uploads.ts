import { useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { createUploader } from '../client/create-uploader.ts'
import { ComponentList, ofAllRules, type UseUploadsOptions } from '../client/list/component-list.ts'
import {
  type ChooseEvent,
  type DropListeners,
  dropListeners,
  takeChosen,
} from '../client/list/drop-props.ts'
import type { InterruptedItem, UploadList, UploadListSnapshot } from '../client/list/upload-list.ts'
import type { Uploader } from '../client/uploader.ts'
import type { UploaderOptions } from '../client/uploader-options.ts'
import type { RuleName, RuleResult, UploadRules } from '../protocol/upload-rule.ts'

/** The hooks for one signer, and the uploader they share. */
export interface UploadHooks<Rules extends UploadRules> {
  /**
   * Uploads files under one rule.
   *
   * @param rule - If it changes, the hook starts a new, empty list.
   * @param options - All except `hints` can change between renders.
   */
  readonly useUploads: <Name extends RuleName<Rules>>(
    rule: Name,
    options?: UseUploadsOptions<RuleResult<Rules, Name>>,
  ) => Uploads<RuleResult<Rules, Name>>
  /** Returns the interrupted uploads of all rules, so that the user can resume them. */
  readonly useInterrupted: (options?: UseUploadsOptions) => Interrupted
  /** The uploader, for uploads outside components and for calling `forgetAll` at logout. */
  readonly uploader: Uploader<Rules>
}

/**
 * Creates the hooks for one signer. Call this once, outside components, so that all components
 * share one uploader and its connections.
 *
 * @throws {TypeError | RangeError} If an option is invalid. The message names it.
 * @example
 * ```ts
 * // uploads.ts
 * import type { rules } from './rules.ts' // checks the rule names
 *
 * export const { useUploads, useInterrupted } = uploadHooks<typeof rules>({
 *   endpoint: '/api/uploads',
 * })
 * ```
 */
export function uploadHooks<Rules extends UploadRules = UploadRules>(
  options: UploaderOptions,
): UploadHooks<Rules> {
  const uploader = createUploader<Rules>(options)
  // `UploadHooks` already checks the rule names at compile time.
  const untyped = uploader as unknown as Uploader
  const allRules = ofAllRules(untyped)
  return {
    useUploads: (rule, uploadsOptions = {}) => useUploadsOf(untyped, rule, uploadsOptions),
    useInterrupted: (interruptedOptions = {}) =>
      useUploadsOf(allRules, undefined, interruptedOptions),
    uploader,
  }
}

// The props use no React types, so they work with any React version.

/** Props for an input: `<input {...inputProps} />`. */
export interface FileInputProps {
  readonly type: 'file'
  readonly multiple: boolean
  /** Set once the rule's hints are known. */
  readonly accept?: string
  readonly onChange: (event: ChooseEvent) => void
}

/**
 * Props for an element that accepts dropped files, and pasted files while focus is inside it:
 * `<div {...dropProps}>`.
 */
export interface DropProps extends DropListeners {
  /** Set while files are dragged over the element. */
  readonly 'data-dragging'?: ''
}

/** The list's functions, which stay the same in every render. */
type Actions<Result> = Omit<
  UploadList<Result>,
  'getSnapshot' | 'subscribe' | 'hints' | 'update' | 'destroy'
>

/** An interrupted upload, with props for an input that resumes it. */
export interface InterruptedFile extends InterruptedItem {
  /** Props for an `<input>` in which the user picks the file again. */
  readonly inputProps: FileInputProps
}

/** A component's uploads. The object stays the same until something in it changes. */
export interface Uploads<Result = unknown>
  extends Omit<UploadListSnapshot<Result>, 'interrupted'>,
    Actions<Result> {
  /** The rule's uploads that a reload or crash interrupted, newest first. */
  readonly interrupted: readonly InterruptedFile[]
  /** Props for an `<input>` that adds files. */
  readonly inputProps: FileInputProps
  /** Props for an element that accepts dropped and pasted files, such as the input's label. */
  readonly dropProps: DropProps
  /** Whether files are being dragged over the element with `dropProps`. */
  readonly isDragging: boolean
}

/** Interrupted uploads and the uploads that resume them. */
export type Interrupted = Omit<Uploads, 'add' | 'hints' | 'inputProps' | 'dropProps' | 'isDragging'>

function useUploadsOf<Result>(
  uploader: Uploader,
  rule: string | undefined,
  options: UseUploadsOptions<Result>,
): Uploads<Result> {
  const held = useHeldList(uploader, rule, options)
  const { list } = held
  const snapshot = useSyncExternalStore(list.subscribe, list.getSnapshot, list.getSnapshot)
  const multiple = options.maxFiles !== 1
  const accept = snapshot.hints?.accept
  const interrupted = useMemo(
    () => snapshot.interrupted.map((item) => withInput(item, list, accept)),
    [snapshot.interrupted, list, accept],
  )
  const inputProps = useMemo(
    () => fileInputProps(list.add, multiple, accept),
    [list, multiple, accept],
  )
  const [isDragging, setDragging] = useState(false)
  const onDrop = useMemo(() => dropListeners(list.add, setDragging), [list])
  return useMemo(() => {
    const { getSnapshot, subscribe, hints, update, destroy, ...actions } = list
    const dropProps: DropProps = isDragging ? { ...onDrop, 'data-dragging': '' } : onDrop
    return { ...actions, ...snapshot, interrupted, inputProps, dropProps, isDragging }
  }, [list, snapshot, interrupted, inputProps, onDrop, isDragging])
}

/**
 * Creates the component's list and keeps it until the component is removed for good.
 *
 * Only insertion effects last exactly as long as the component. StrictMode runs other effects
 * twice, and `<Activity>` cleans them up while the component is merely hidden.
 */
function useHeldList<Result>(
  uploader: Uploader,
  rule: string | undefined,
  options: UseUploadsOptions<Result>,
): ComponentList<Result> {
  const make = () => new ComponentList(uploader, rule, options)
  const [known, setHeld] = useState(make)
  const held = known.rule === rule ? known : make()
  if (held !== known) setHeld(held)
  useInsertionEffect(() => held.use(options))
  useInsertionEffect(() => held.hold(), [held])
  return held
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
  take: (files: Iterable<File>) => unknown,
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
