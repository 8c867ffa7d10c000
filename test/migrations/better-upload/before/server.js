import { route } from '@better-upload/server'
import { toNodeHandler } from '@better-upload/server/adapters/node'
import { custom } from '@better-upload/server/clients'

export function uploads({ bucket, endpoint, region, credentials }) {
  const limits = { maxFileSize: 100 * 1024 ** 2, multipleFiles: true }
  const generateObjectInfo = ({ file }) => ({ key: `uploads/${crypto.randomUUID()}-${file.name}` })
  const onBeforeUpload = () => ({ generateObjectInfo })
  const { host } = new URL(endpoint)
  return toNodeHandler({
    client: custom({ host, region, ...credentials, secure: false, forcePathStyle: true }),
    bucketName: bucket,
    routes: {
      small: route({ ...limits, onBeforeUpload }),
      large: route({ ...limits, onBeforeUpload, multipart: true }),
    },
  })
}
