import { lambdaHandler } from 'waybill-aws/lambda'

export const handler = lambdaHandler({
  rules: {
    videos: {
      types: ['video/mp4'],
      maxSize: '100 MiB',
      form: true, // GET returns a presigned POST
      expiresInSeconds: 300,
      public: true, // anyone may upload; replace it with authorize: (request) => ({ owner: … })
    },
  },
})
