import AwsS3 from '@uppy/aws-s3'
import { Uppy } from '@uppy/core'
import GoldenRetriever from '@uppy/golden-retriever'
import Dashboard from '@uppy/react/dashboard'
import { useState } from 'react'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'

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

export function Uploads() {
  const [uppy] = useState(createUppy)
  return <Dashboard uppy={uppy} />
}
