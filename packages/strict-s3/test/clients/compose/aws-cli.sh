# needs: awscli curl
set -eu
mkdir -p tree/ünter && echo one > 'tree/a b+c.txt' && echo two > tree/ünter/d.txt
: > "tree/quote'd & 41% 日本 🎬"
head -c 20000000 /dev/urandom > large

aws s3 cp --quiet large s3://uploads/aws/large
aws s3 cp --quiet s3://uploads/aws/large back && cmp large back
cat large | aws s3 cp --quiet - s3://uploads/aws/streamed
aws s3 cp --quiet s3://uploads/aws/streamed - | cmp - large
aws s3 sync --quiet tree s3://uploads/aws/tree
aws s3 sync --quiet s3://uploads/aws/tree tree-back && diff -r tree tree-back
aws s3 mv --quiet s3://uploads/aws/large s3://uploads/aws/moved
aws s3api head-object --bucket uploads --key aws/moved > head.json
curl --fail --silent "$(aws s3 presign s3://uploads/aws/moved)" | cmp - large
aws s3 rm --quiet --recursive s3://uploads/aws/
test -z "$(aws s3 ls --recursive s3://uploads/aws/)"

aws s3 mb s3://aws-own
aws s3api put-bucket-tagging --bucket aws-own --tagging 'TagSet=[{Key=team,Value=web}]'
aws s3api put-bucket-versioning --bucket aws-own --versioning-configuration Status=Enabled
aws s3 rb s3://aws-own
