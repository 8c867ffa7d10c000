# needs: libs3-2
set -eu
export S3_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
export S3_HOSTNAME=${AWS_ENDPOINT_URL#http://}
# This version signs only with Signature Version 2, which AWS has retired.
! s3 -u list uploads 2> refused
grep -q 'Please use AWS4-HMAC-SHA256' refused
