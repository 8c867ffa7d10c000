# needs: curl
set -eu
s3() {
  curl --fail --silent --aws-sigv4 "aws:amz:$AWS_REGION:s3" \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"
}
uploads=$AWS_ENDPOINT_URL/uploads
head -c 20000000 /dev/urandom > large
s3 --upload-file large "$uploads/curl/large"
s3 "$uploads/curl/large" | cmp - large
s3 --request PUT --data-binary hello --header 'x-amz-meta-owner: me' "$uploads/curl/a%20b%2Bc.txt"
test "$(s3 "$uploads/curl/a%20b%2Bc.txt")" = hello
s3 "$uploads?list-type=2&prefix=curl%2F" | grep -q 'curl/a b+c.txt'
s3 --request DELETE "$uploads/curl/large"
# The length of a body must be known, on AWS too.
! s3 --upload-file - "$uploads/curl/streamed" < large
