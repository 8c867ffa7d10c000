// needs: golang-go golang-github-aws-aws-sdk-go-v2-dev
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Panic(err)
	}
	return value
}

func expect(ok bool, what string) {
	if !ok {
		log.Panic(what)
	}
}

func main() {
	ctx := context.Background()
	client := s3.NewFromConfig(must(config.LoadDefaultConfig(ctx)), func(options *s3.Options) {
		options.UsePathStyle = true
	})
	bucket := aws.String("uploads")
	large := make([]byte, 20_000_000)
	rand.Read(large)
	must(manager.NewUploader(client).Upload(ctx, &s3.PutObjectInput{
		Bucket: bucket, Key: aws.String("go2/large"), Body: bytes.NewReader(large)}))
	back := manager.NewWriteAtBuffer(nil)
	must(manager.NewDownloader(client).Download(ctx, back, &s3.GetObjectInput{
		Bucket: bucket, Key: aws.String("go2/large")}))
	expect(bytes.Equal(back.Bytes(), large), "large")
	key := aws.String("go2/ü +1.txt")
	must(client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader([]byte("hello"))}))
	signed := must(s3.NewPresignClient(client).PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key}))
	reply := must(http.Get(signed.URL))
	expect(string(must(io.ReadAll(reply.Body))) == "hello", "presigned")
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: aws.String("go2/"), MaxKeys: aws.Int32(1)})
	count := 0
	for pages.HasMorePages() {
		for _, object := range must(pages.NextPage(ctx)).Contents {
			must(client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: object.Key}))
			count++
		}
	}
	expect(count == 2, "list")
}
