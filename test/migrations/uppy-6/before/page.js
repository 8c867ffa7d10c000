import AwsS3 from '@uppy/aws-s3'
import { Uppy } from '@uppy/core'
import Dashboard from '@uppy/dashboard'

new Uppy({ autoProceed: true }).use(Dashboard, { inline: true, target: '#uploads' }).use(AwsS3, {
  shouldUseMultipart: ({ size }) => size > 16 * 1024 ** 2,
  generateObjectKey: ({ name }) => `uploads/${crypto.randomUUID()}-${name}`,
  signRequest: async (request) => {
    const response = await fetch('/api/uploads', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
    if (!response.ok) throw new Error(`The server answered ${response.status}`)
    return response.json()
  },
})
