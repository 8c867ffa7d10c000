# needs: minio-client curl
set -eu
export MC_HOST_s3="http://$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY@${AWS_ENDPOINT_URL#http://}"
mkdir -p tree/ünter && echo one > 'tree/a b+c.txt' && echo two > tree/ünter/d.txt
: > "tree/quote'd & 41% 日本 🎬"
head -c 80000000 /dev/urandom > large
mc() { minio-client --quiet "$@"; }

mc mb s3/minio-own
mc cp large s3/minio-own/large
mc cat s3/minio-own/large | cmp - large
mc pipe s3/minio-own/streamed < large
mc cp s3/minio-own/streamed back && cmp large back
mc mirror tree s3/minio-own/tree
mc mirror s3/minio-own/tree tree-back && diff -r tree tree-back
mc mv s3/minio-own/streamed s3/minio-own/moved
mc stat s3/minio-own/moved | grep -q '80000000\|76 MiB'
mc tag set s3/minio-own/moved 'a=1&b=2' && mc tag list s3/minio-own/moved | grep -q b
url=$(mc --json share download s3/minio-own/moved | sed 's/.*"share":"\([^"]*\)".*/\1/;s/\\u0026/\&/g')
curl --fail --silent "$url" | cmp - large
mc version enable s3/minio-own
mc cp tree/ünter/d.txt s3/minio-own/moved && mc undo --force s3/minio-own/moved
mc cat s3/minio-own/moved | cmp - large
mc cors set s3/minio-own /dev/stdin <<'X'
<CORSConfiguration><CORSRule><AllowedOrigin>https://app.test</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule></CORSConfiguration>
X
mc ilm rule add --expire-days 7 s3/minio-own && mc ilm rule ls s3/minio-own | grep -q 7
mc du s3/minio-own && mc find s3/minio-own --name 'd.txt' | grep -q d.txt
mc event add s3/minio-own arn:minio:sqs::primary:webhook --event put --prefix in/
mc event list s3/minio-own | grep -q arn:minio:sqs::primary:webhook
mc rb --force s3/minio-own

mc mb --with-lock s3/minio-vault
mc retention set --default governance 2d s3/minio-vault
mc cp 'tree/a b+c.txt' s3/minio-vault/kept
mc retention info s3/minio-vault/kept | grep -q GOVERNANCE
mc legalhold set s3/minio-vault/kept
! mc rm --versions --force --bypass s3/minio-vault/kept 2> refused
grep -q 'object protected by object lock' refused
mc legalhold clear s3/minio-vault/kept
mc rm --versions --force --bypass s3/minio-vault/kept
mc rb s3/minio-vault
