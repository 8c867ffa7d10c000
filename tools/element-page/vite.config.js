// biome-ignore lint/style/noDefaultExport: Vite reads it
export default { resolve: { conditions: ['@waybill/source'] } }
