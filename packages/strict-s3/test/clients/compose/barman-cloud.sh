# needs: barman-cli-cloud python3-boto3
set -eu
# Archives and restores a segment of PostgreSQL's write-ahead log.
segment=000000010000000000000001
head -c 16777216 /dev/urandom > $segment
to="--cloud-provider aws-s3 --endpoint-url $AWS_ENDPOINT_URL"
barman-cloud-wal-archive $to --gzip s3://uploads/barman main $segment
barman-cloud-wal-restore $to s3://uploads/barman main $segment back && cmp $segment back
barman-cloud-backup-list $to s3://uploads/barman main
barman-cloud-check-wal-archive $to s3://uploads/barman other
