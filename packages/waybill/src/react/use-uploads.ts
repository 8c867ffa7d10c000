/**
 * What a component shows of its uploads, and what it can do with them.
 *
 * @module
 */

import { useInsertionEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { HeldList, type UseUploadsOptions } from '../client/list/held-list.ts'
import { dropListeners, takeChosen } from '../client/list/intake/file-intake.ts'
import type { InterruptedItem, UploadListSnapshot } from '../client/list/snapshot.ts'
import type { UploadList } from '../client/list/upload-list.ts'
import type { Uploader } from '../client/uploader.ts'
import type { DropProps, FileInputProps } from './element-props.ts'

/** What can be done with a list. All are the same functions in each render. */
type Actions<Result> = Omit<
  UploadList<Result>,
  'getSnapshot' | 'subscribe' | 'hints' | 'update' | 'destroy'
>

/** An interrupted upload, with an input that goes on with it. */
export interface InterruptedFile extends InterruptedItem {
  /** For an `<input>` where the file is chosen again. */
  readonly inputProps: FileInputProps
}

/** The uploads of a component. The same object until something of it changes. */
export interface Uploads<Result = unknown>
  extends Omit<UploadListSnapshot<Result>, 'interrupted'>,
    Actions<Result> {
  /** Uploads that a reload or a crash has interrupted, the newest first. */
  readonly interrupted: readonly InterruptedFile[]
  /** For an `<input>` that adds files. */
  readonly inputProps: FileInputProps
  /** For an element on which files are dropped or pasted, such as the label of the input. */
  readonly dropProps: DropProps
  /** Whether files are held over the element with `dropProps`. */
  readonly isDragging: boolean
}

/** What was interrupted, and what has gone on since. */
export type Interrupted = Omit<Uploads, 'add' | 'hints' | 'inputProps' | 'dropProps' | 'isDragging'>

/** `useUploads` of one uploader. */
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
 * Effects of insertion are the only ones that end with the component: StrictMode runs the others
 * twice, and `<Activity>` ends them while it hides what it will show again.
 */
function useHeldList<Result>(
  uploader: Uploader,
  rule: string | undefined,
  options: UseUploadsOptions<Result>,
): HeldList<Result> {
  const make = () => new HeldList(uploader, rule, options)
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
