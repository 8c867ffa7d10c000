# needs: duplicity python3-boto3
set -eu
mkdir tree && echo one > 'tree/a b+c.txt' && head -c 20000000 /dev/urandom > tree/large
url=boto3+s3://uploads/duplicity
options="--no-encryption --s3-endpoint-url $AWS_ENDPOINT_URL"
duplicity full $options tree $url
echo two > tree/more && duplicity incremental $options tree $url
duplicity verify --compare-data $options $url tree
duplicity restore $options $url back && diff -r tree back
duplicity full $options tree $url
duplicity remove-all-but-n-full 1 --force $options $url
duplicity collection-status $options $url
