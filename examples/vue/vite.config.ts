import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [vue()],
  // In `npm run dev`, forwards these requests to the server.
  server: { proxy: { '/api': 'http://localhost:3000', '/photos': 'http://localhost:3000' } },
})
