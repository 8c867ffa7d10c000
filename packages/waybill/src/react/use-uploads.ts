/**
 * The state and actions of a component's uploads.
 *
 * @module
 */

import { useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { ComponentList, type UseUploadsOptions } from '../client/list/component-list.ts'
import { dropListeners, takeChosen } from '../client/list/intake/file-intake.ts'
import type { InterruptedItem, UploadListSnapshot } from '../client/list/snapshot.ts'
import type { UploadList } from '../client/list/upload-list.ts'
import type { Uploader } from '../client/uploader.ts'
import type { DropProps, FileInputProps } from './element-props.ts'

/** The same functions in every render. */
type Actions<Result> = Omit<
  UploadList<Result>,
  'getSnapshot' | 'subscribe' | 'hints' | 'update' | 'destroy'
>

/** An interrupted upload, with props for an input that resumes it. */
export interface InterruptedFile extends InterruptedItem {
  /** For an `<input>` in which the user chooses the file again. */
  readonly inputProps: FileInputProps
}

/** The uploads of a component. The same object until something in it changes. */
export interface Uploads<Result = unknown>
  extends Omit<UploadListSnapshot<Result>, 'interrupted'>,
    Actions<Result> {
  /** Uploads of the rule that a reload or crash interrupted, newest first. */
  readonly interrupted: readonly InterruptedFile[]
  /** For an `<input>` that adds files. */
  readonly inputProps: FileInputProps
  /** For an element that accepts dropped and pasted files, such as the label of the input. */
  readonly dropProps: DropProps
  /** Whether files are dragged over the element with `dropProps`. */
  readonly isDragging: boolean
}

/** Interrupted uploads, and those that were resumed. */
export type Interrupted = Omit<Uploads, 'add' | 'hints' | 'inputProps' | 'dropProps' | 'isDragging'>

export function useUploadsOf<Result>(
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
 * Insertion effects are the only ones that last exactly as long as the component: StrictMode runs
 * the others twice, and `<Activity>` cleans them up while the component is only hidden.
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
