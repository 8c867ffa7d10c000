/**
 * Uppy with its defaults, signing by `signRequest`.
 *
 * @module
 */

import AwsS3 from '@uppy/aws-s3'
import { Uppy } from '@uppy/core'
import { PATHS } from '../paths.ts'
import { showContestants } from './measure.ts'

const uppy = new Uppy().use(AwsS3, {
  signRequest: async (request: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(PATHS.uppy, {
      method: 'POST',
      headers,
      body: JSON.stringify(request),
    })
    return answer.json()
  },
})

showContestants({
  uppy: {
    upload: async (files) => {
      uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file })))
      const result = await uppy.upload()
      const failure = result?.failed?.[0]
      if (failure) throw new Error(failure.error ?? 'Uppy failed')
    },
  },
})
