# needs: s4cmd
set -eu
export S3_ACCESS_KEY=$AWS_ACCESS_KEY_ID S3_SECRET_KEY=$AWS_SECRET_ACCESS_KEY
s4() { s4cmd --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
mkdir -p tree/ünter && echo one > 'tree/a b+c.txt' && echo two > tree/ünter/d.txt
head -c 80000000 /dev/urandom > large
s4 put large s3://uploads/s4cmd/large
s4 get s3://uploads/s4cmd/large back && cmp large back
s4 sync --recursive tree s3://uploads/s4cmd/
s4 ls --recursive s3://uploads/s4cmd/ | grep -q d.txt
s4 mv s3://uploads/s4cmd/large s3://uploads/s4cmd/moved
s4 cp s3://uploads/s4cmd/moved s3://uploads/s4cmd/copy
s4 del --recursive s3://uploads/s4cmd/
test -z "$(s4 ls --recursive s3://uploads/s4cmd/)"
