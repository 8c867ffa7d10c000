// needs: golang-go golang-github-minio-minio-go-v7-dev
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
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
	endpoint := strings.TrimPrefix(os.Getenv("AWS_ENDPOINT_URL"), "http://")
	s3 := must(minio.New(endpoint, &minio.Options{Creds: credentials.NewEnvAWS()}))
	expect(must(s3.BucketExists(ctx, "uploads")), "no bucket")
	large := make([]byte, 80_000_000)
	rand.Read(large)
	read := func(key string) []byte {
		object := must(s3.GetObject(ctx, "uploads", key, minio.GetObjectOptions{}))
		return must(io.ReadAll(object))
	}
	put := func(key string, body []byte, size int64, options minio.PutObjectOptions) {
		must(s3.PutObject(ctx, "uploads", key, bytes.NewReader(body), size, options))
		expect(bytes.Equal(read(key), body), key)
	}
	put("go/small", []byte("hello"), 5, minio.PutObjectOptions{UserTags: map[string]string{"a": "1"}})
	put("go/large", large, int64(len(large)), minio.PutObjectOptions{})
	put("go/unknown size", large, -1, minio.PutObjectOptions{PartSize: 16 << 20})
	put("go/parallel", large, -1, minio.PutObjectOptions{
		PartSize: 16 << 20, NumThreads: 3, ConcurrentStreamParts: true})
	source := minio.CopySrcOptions{Bucket: "uploads", Object: "go/large"}
	must(s3.ComposeObject(ctx, minio.CopyDestOptions{Bucket: "uploads", Object: "go/composed"}, source, source))
	expect(bytes.Equal(read("go/composed"), append(append([]byte{}, large...), large...)), "composed")
	url := must(s3.PresignedGetObject(ctx, "uploads", "go/small", time.Minute, nil))
	reply := must(http.Get(url.String()))
	expect(string(must(io.ReadAll(reply.Body))) == "hello", "presigned")
	count := 0
	found := make(chan minio.ObjectInfo)
	go func() {
		defer close(found)
		for object := range s3.ListObjects(ctx, "uploads", minio.ListObjectsOptions{Prefix: "go/", Recursive: true}) {
			count++
			found <- object
		}
	}()
	for failed := range s3.RemoveObjects(ctx, "uploads", found, minio.RemoveObjectsOptions{}) {
		log.Panic(failed.Err)
	}
	expect(count == 5, "list")
}
