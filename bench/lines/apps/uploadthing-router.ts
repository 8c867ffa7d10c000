/** The server's part; only its type is imported, and it is not counted. */
import { createUploadthing } from 'uploadthing/server'

const route = createUploadthing()
const router = { video: route({ 'video/mp4': { maxFileSize: '16GB' } }).onUploadComplete(() => {}) }

export type Router = typeof router
