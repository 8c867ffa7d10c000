import { generateReactHelpers } from '@uploadthing/react'
import { useState } from 'react'
import type { Router } from './uploadthing-router.ts'

const { uploadFiles } = generateReactHelpers<Router>({ url: '/api/uploads' })

interface Row {
  readonly id: string
  readonly file: File
  readonly cancel: AbortController
  readonly progress?: number
  readonly state?: string
}

export function Uploads() {
  const [rows, setRows] = useState<readonly Row[]>([])
  const change = (id: string, part: Partial<Row>) =>
    setRows((all) => all.map((row) => (row.id === id ? { ...row, ...part } : row)))
  const add = (files: readonly File[]) => {
    for (const file of files) {
      const { id, cancel } = { id: crypto.randomUUID(), cancel: new AbortController() }
      setRows((all) => [...all, { id, file, cancel }])
      uploadFiles('video', {
        files: [file],
        signal: cancel.signal,
        onUploadProgress: ({ progress }) => change(id, { progress }),
      }).then(
        () => change(id, { state: 'done' }),
        (error) => change(id, { state: error.message }),
      )
    }
  }
  return (
    <>
      <input
        type="file"
        multiple
        accept="video/mp4"
        onChange={({ target }) => {
          add([...(target.files ?? [])])
          target.value = ''
        }}
      />
      {rows.map(({ id, file, cancel, progress, state }) => (
        <p key={id}>
          {file.name} <progress value={progress ?? 0} max={100} /> {state}
          <button type="button" onClick={() => cancel.abort()}>
            Cancel
          </button>
        </p>
      ))}
    </>
  )
}
