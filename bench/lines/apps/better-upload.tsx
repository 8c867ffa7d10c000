import { type FileUploadInfo, type UploadStatus, uploadFile } from '@better-upload/client'
import { useState } from 'react'

interface Row {
  readonly id: string
  readonly file: File
  readonly cancel: AbortController
  readonly info?: FileUploadInfo<UploadStatus>
  readonly error?: string
}

export function Uploads() {
  const [rows, setRows] = useState<readonly Row[]>([])
  const change = (id: string, part: Partial<Row>) =>
    setRows((all) => all.map((row) => (row.id === id ? { ...row, ...part } : row)))
  const add = (files: readonly File[]) => {
    for (const file of files) {
      const { id, cancel } = { id: crypto.randomUUID(), cancel: new AbortController() }
      setRows((all) => [...all, { id, file, cancel }])
      uploadFile({
        api: '/api/uploads',
        route: 'video',
        file,
        signal: cancel.signal,
        retry: 5,
        retryDelay: 2000,
        onFileStateChange: ({ file: info }) => change(id, { info }),
      }).catch((error) => change(id, { error: error.message }))
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
      {rows.map(({ id, file, cancel, info, error }) => (
        <p key={id}>
          {file.name} <progress value={info?.progress ?? 0} /> {error ?? info?.status}
          <button type="button" onClick={() => cancel.abort()}>
            Cancel
          </button>
        </p>
      ))}
    </>
  )
}
