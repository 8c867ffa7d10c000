import AwsS3 from '@uppy/aws-s3'
import { Uppy } from '@uppy/core'
import GoldenRetriever from '@uppy/golden-retriever'
import { UppyContextProvider, useFileInput, useUppyState } from '@uppy/react'
import { useState } from 'react'

async function signRequest(request: object) {
  const answer = await fetch('/api/sign', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  if (!answer.ok) throw new Error(`signing was refused: ${answer.status}`)
  return answer.json()
}

function createUppy() {
  return new Uppy({
    autoProceed: true,
    restrictions: { allowedFileTypes: ['video/mp4'], maxFileSize: 20 * 1024 ** 3 },
  })
    .use(AwsS3, { signRequest })
    .use(GoldenRetriever)
}

function List({ uppy }: { readonly uppy: Uppy }) {
  const { getButtonProps, getInputProps } = useFileInput({ multiple: true, accept: 'video/mp4' })
  const files = useUppyState(uppy, (state) => state.files)
  const refusal = useUppyState(uppy, (state) => state.info[0]?.message)
  return (
    <>
      <input {...getInputProps()} />
      <button {...getButtonProps()}>Choose files</button> {refusal}
      {Object.values(files).map(({ id, name, progress, error, isGhost }) => (
        <p key={id}>
          {name} <progress value={Number(progress.percentage ?? 0)} max={100} />
          {isGhost ? 'Choose it again' : error}
          <button type="button" onClick={() => uppy.removeFile(id)}>
            Cancel
          </button>
          {error && (
            <button type="button" onClick={() => uppy.retryUpload(id)}>
              Try again
            </button>
          )}
        </p>
      ))}
    </>
  )
}

export function Uploads() {
  const [uppy] = useState(createUppy)
  return (
    <UppyContextProvider uppy={uppy}>
      <List uppy={uppy} />
    </UppyContextProvider>
  )
}
