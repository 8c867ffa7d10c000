# needs: libs3-2
set -eu
export S3_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID S3_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
export S3_HOSTNAME=${AWS_ENDPOINT_URL#http://}
# This version signs only with Signature Version 2.
head -c 20000000 /dev/urandom > large
s3 -u put uploads/libs3/large filename=large
s3 -u get uploads/libs3/large filename=back && cmp large back
s3 -u list uploads prefix=libs3/ | grep -q libs3/large
s3 -u delete uploads/libs3/large
